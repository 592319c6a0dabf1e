/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.Optional;
import org.vmcoupler.coupling.source.SourceEffect.CleanUp;
import org.vmcoupler.coupling.source.SourceEffect.Note;

/**
 * YIELD is durable: the source may not resume by itself any more. Only the destination's REFUSE for this attempt leads back.
 */
public record Yielded() implements SourceState {

    @Override
    public String phase() {
        return "commit";
    }

    @Override
    public Optional<Wait> waitsFor(WaitLimits limits) {
        return Optional.empty();
    }

    @Override
    public SourceStep peerRunning() {
        return SourceStep.to(new Cleaning(), new CleanUp());
    }

    /** The destination has closed the attempt, and does so behind its durable RUNNING only: an earlier run of this daemon has told it so. */
    @Override
    public SourceStep peerClosed() {
        return peerRunning();
    }

    @Override
    public SourceStep peerLost(SourceEvent.PeerLost event) {
        return SourceStep.to(
                this,
                new Note(
                        "The connection was lost after YIELD; the pair stays paused here until the destination answers: "
                                + event.reason()));
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
