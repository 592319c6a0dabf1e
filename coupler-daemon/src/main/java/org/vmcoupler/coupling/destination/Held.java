/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

import org.vmcoupler.coupling.destination.DestinationEffect.Note;
import org.vmcoupler.coupling.destination.DestinationEffect.Pause;
import org.vmcoupler.coupling.destination.DestinationEffect.Prove;

/** Both domains are complete here and the source decides, however long that takes. Also where a restarted daemon goes on. */
public record Held() implements DestinationState {

    /** Holds what may be the last good copy although something failed; the source's next Yield tries again. */
    static DestinationStep inSpiteOf(DestinationEvent.Failed event) {
        return DestinationStep.to(
                new Held(),
                new Pause(),
                new Note("The pair is held, both paused: the source may have lost its copies, so nothing is destroyed"
                        + " here although this failed: " + event.reason()));
    }

    @Override
    public String phase() {
        return "held";
    }

    @Override
    public DestinationStep yielded(DestinationEvent.Yielded event) {
        return DestinationStep.to(new Proving(event.sourceGone()), new Prove());
    }

    @Override
    public DestinationStep peerLost(DestinationEvent.PeerLost event) {
        return DestinationStep.to(
                this,
                new Pause(),
                new Note("The source is silent; the pair is held, both paused, until the source is heard again: "
                        + event.reason()));
    }
}
