/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.coupling.destination.DestinationEffect.Note;
import org.vmcoupler.coupling.destination.DestinationEffect.Pause;
import org.vmcoupler.coupling.destination.DestinationEffect.Prove;
import org.vmcoupler.coupling.destination.DestinationEffect.SendReady;

/**
 * HELD is durable: both domains are restored and paused; they are coupled and the guard looks in quarantine.
 *
 * @param sent what the source said of its side
 * @param source what is known of the source meanwhile
 */
public record Coupling(ControlMessage.Stopped sent, SourceWord source) implements DestinationState {

    @Override
    public String phase() {
        return "couple";
    }

    @Override
    public DestinationStep watching(DestinationEvent.Watching event) {
        return switch (source) {
            case WAITS -> DestinationStep.to(new Held(), new SendReady(sent.target(), sent.guard(), event));
            case SILENT -> DestinationStep.to(new Held(), new Pause());
            case YIELDED -> DestinationStep.to(new Proving(false), new Prove());
            case YIELDED_AND_GONE -> DestinationStep.to(new Proving(true), new Prove());
        };
    }

    /** A source that lost its copies yields without having heard READY. */
    @Override
    public DestinationStep yielded(DestinationEvent.Yielded event) {
        return to(event.sourceGone() ? SourceWord.YIELDED_AND_GONE : SourceWord.YIELDED);
    }

    @Override
    public DestinationStep kept(DestinationEvent.Kept event) {
        return source.yielded()
                ? DestinationStep.to(this, new Note("Keep after Yield changes nothing: " + event.reason()))
                : DestinationState.super.kept(event);
    }

    @Override
    public DestinationStep peerLost(DestinationEvent.PeerLost event) {
        return source.yielded()
                ? to(SourceWord.YIELDED_AND_GONE)
                : to(
                        SourceWord.SILENT,
                        new Note("The source is silent; the pair is held until it is heard again: " + event.reason()));
    }

    /** What may be the last good copy outlives a failure: only a source that is heard and has its own lets it be destroyed. */
    @Override
    public DestinationStep failed(DestinationEvent.Failed event) {
        return switch (source) {
            case WAITS, YIELDED -> DestinationState.super.failed(event);
            case SILENT, YIELDED_AND_GONE -> Held.inSpiteOf(event);
        };
    }

    private DestinationStep to(SourceWord word, DestinationEffect... effects) {
        return DestinationStep.to(new Coupling(sent, word), effects);
    }
}
