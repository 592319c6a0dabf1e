/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import org.vmcoupler.coupling.source.SourceEffect.CleanUp;
import org.vmcoupler.coupling.source.SourceEffect.Note;
import org.vmcoupler.coupling.source.SourceEffect.Reconnect;

/**
 * YIELD is durable: the source may not resume by itself any more. Only the destination's REFUSE for this attempt leads back.
 */
public record Yielded() implements SourceState {

    @Override
    public String phase() {
        return "commit";
    }

    @Override
    public SourceStep peerRunning() {
        return SourceStep.to(new Cleaning(), new CleanUp());
    }

    @Override
    public SourceStep peerLost(SourceEvent.PeerLost event) {
        return SourceStep.to(
                this,
                new Note(
                        "The connection was lost after YIELD; the pair stays paused here until the destination answers: "
                                + event.reason()),
                new Reconnect());
    }

    @Override
    public SourceStep failed(SourceEvent.Failed event) {
        return SourceStep.to(this, new Note("After YIELD, changes nothing: " + event.reason()));
    }

    @Override
    public SourceStep saved(SourceEvent.Saved event) {
        return SourceStep.to(this);
    }

    @Override
    public SourceStep cancelAsked() {
        return SourceStep.to(this, new Note("Too late to cancel: the destination decides now."));
    }
}
