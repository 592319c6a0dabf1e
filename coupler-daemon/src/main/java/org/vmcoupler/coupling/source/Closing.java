/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.Optional;
import org.vmcoupler.coupling.source.SourceEffect.CloseAttempt;
import org.vmcoupler.coupling.source.SourceEffect.Finish;
import org.vmcoupler.coupling.source.SourceEffect.Note;
import org.vmcoupler.coupling.source.SourceEffect.Outcome;
import org.vmcoupler.fault.ErrorCode;

/** Nothing is left here; the destination is told, until it confirms. */
public record Closing() implements SourceState {

    @Override
    public String phase() {
        return "close";
    }

    @Override
    public Optional<Wait> waitsFor(WaitLimits limits) {
        return Optional.empty();
    }

    @Override
    public SourceStep peerClosed() {
        return SourceStep.to(new Ended(), new CloseAttempt(), new Finish(new Outcome(true, ErrorCode.INTERNAL, "")));
    }

    @Override
    public SourceStep refused(SourceEvent.Refused event) {
        return SourceStep.to(this, new Note("Refuse after Running changes nothing: " + event.reason()));
    }

    @Override
    public SourceStep peerLost(SourceEvent.PeerLost event) {
        return SourceStep.to(this, new Note("The connection was lost before Closed: " + event.reason()));
    }

    @Override
    public SourceStep failed(SourceEvent.Failed event) {
        return SourceStep.to(this, new Note("While closing: " + event.reason()));
    }

    @Override
    public SourceStep cancelAsked() {
        return SourceStep.to(this, new Note("Too late to cancel: the pair runs at the destination."));
    }
}
