/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

import org.vmcoupler.coupling.destination.DestinationEffect.Note;
import org.vmcoupler.coupling.destination.DestinationEffect.PauseGuard;
import org.vmcoupler.coupling.destination.DestinationEffect.Release;
import org.vmcoupler.coupling.destination.DestinationEffect.SendRunning;

/** TAKE is durable: the pair is here, for good. The target is being released. */
public record Taken() implements DestinationState {

    @Override
    public String phase() {
        return "go";
    }

    /** Only after a restart of the daemon, which lets the guard look once more before it releases. */
    @Override
    public DestinationStep proven() {
        return DestinationStep.to(this, new Release());
    }

    @Override
    public DestinationStep released(DestinationEvent.Released event) {
        return DestinationStep.to(new Running(event.running()), new SendRunning(event.running()));
    }

    @Override
    public DestinationStep yielded() {
        return DestinationStep.to(this);
    }

    @Override
    public DestinationStep kept(DestinationEvent.Kept event) {
        return DestinationStep.to(this, new Note("Keep after TAKE changes nothing: " + event.reason()));
    }

    @Override
    public DestinationStep peerLost(DestinationEvent.PeerLost event) {
        return DestinationStep.to(this, new Note("The source is silent after TAKE: " + event.reason()));
    }

    @Override
    public DestinationStep failed(DestinationEvent.Failed event) {
        return DestinationStep.to(
                this,
                new PauseGuard(),
                new Note("The pair is taken, but its target could not be released: " + event.reason()
                        + " Both domains stay paused here; release them with `vmcoupler recover`."));
    }
}
