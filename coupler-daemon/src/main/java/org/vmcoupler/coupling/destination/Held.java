/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

import org.vmcoupler.coupling.destination.DestinationEffect.Note;
import org.vmcoupler.coupling.destination.DestinationEffect.PauseGuard;
import org.vmcoupler.coupling.destination.DestinationEffect.Prove;
import org.vmcoupler.coupling.destination.DestinationEffect.SendReady;

/**
 * The guard has proven a look; the source decides.
 *
 * @param ready what the source was told
 */
public record Held(SendReady ready) implements DestinationState {

    @Override
    public String phase() {
        return "held";
    }

    @Override
    public DestinationStep yielded() {
        return DestinationStep.to(new Proving(), new Prove());
    }

    @Override
    public DestinationStep peerLost(DestinationEvent.PeerLost event) {
        return DestinationStep.to(
                this,
                new PauseGuard(),
                new Note("The source is silent; the pair is held, its guard paused, until the source is heard again: "
                        + event.reason()));
    }
}
