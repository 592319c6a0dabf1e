/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

import org.vmcoupler.control.StreamDigest;
import org.vmcoupler.coupling.destination.DestinationEffect.Note;
import org.vmcoupler.coupling.destination.DestinationEffect.PauseGuard;
import org.vmcoupler.coupling.destination.DestinationEffect.SendReady;

/**
 * HELD: both domains are restored and paused; they are coupled and the guard looks in quarantine.
 *
 * @param target digest of the target's stream
 * @param guard digest of the guard's stream
 * @param alone the source is silent
 */
public record Coupling(StreamDigest target, StreamDigest guard, boolean alone) implements DestinationState {

    @Override
    public String phase() {
        return "couple";
    }

    @Override
    public DestinationStep watching(DestinationEvent.Watching event) {
        SendReady ready = new SendReady(target, guard, event);
        return alone
                ? DestinationStep.to(new Held(ready), new PauseGuard())
                : DestinationStep.to(new Held(ready), ready);
    }

    @Override
    public DestinationStep peerLost(DestinationEvent.PeerLost event) {
        return DestinationStep.to(
                new Coupling(target, guard, true),
                new Note("The source is silent; the pair is held until it is heard again: " + event.reason()));
    }
}
