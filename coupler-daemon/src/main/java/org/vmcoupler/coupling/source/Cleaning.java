/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.Optional;
import org.vmcoupler.coupling.source.SourceEffect.FreePair;
import org.vmcoupler.coupling.source.SourceEffect.Note;
import org.vmcoupler.coupling.source.SourceEffect.SendDone;

/** The pair runs at the destination; the copies here are being destroyed. Then it is free: it may come back before the destination has confirmed. */
public record Cleaning() implements SourceState {

    @Override
    public String phase() {
        return "clean-up";
    }

    @Override
    public Optional<Wait> waitsFor(WaitLimits limits) {
        return Optional.empty();
    }

    @Override
    public SourceStep cleanedUp() {
        return SourceStep.to(new Closing(), new FreePair(), new SendDone());
    }

    /** The destination closes only what it has taken; Done is answered so again. */
    @Override
    public SourceStep peerClosed() {
        return SourceStep.to(this);
    }

    @Override
    public SourceStep peerRunning() {
        return SourceStep.to(this);
    }

    @Override
    public SourceStep refused(SourceEvent.Refused event) {
        return SourceStep.to(this, new Note("Refuse after Running changes nothing: " + event.reason()));
    }

    @Override
    public SourceStep peerLost(SourceEvent.PeerLost event) {
        return SourceStep.to(this, new Note("The connection was lost during the clean-up: " + event.reason()));
    }

    @Override
    public SourceStep failed(SourceEvent.Failed event) {
        return SourceStep.to(this, new Note("During the clean-up: " + event.reason()));
    }

    @Override
    public SourceStep cancelAsked() {
        return SourceStep.to(this, new Note("Too late to cancel: the pair runs at the destination."));
    }
}
