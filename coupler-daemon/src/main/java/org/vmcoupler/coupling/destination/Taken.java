/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

import org.vmcoupler.coupling.destination.DestinationEffect.Note;
import org.vmcoupler.coupling.destination.DestinationEffect.Pause;
import org.vmcoupler.coupling.destination.DestinationEffect.Prove;
import org.vmcoupler.coupling.destination.DestinationEffect.Release;
import org.vmcoupler.coupling.destination.DestinationEffect.RetryLater;
import org.vmcoupler.coupling.destination.DestinationEffect.SendRunning;
import org.vmcoupler.coupling.destination.DestinationEffect.Settle;

/**
 * TAKE is durable: the pair is here, for good. The target is being released.
 *
 * @param stuck the last try failed and none is under way
 */
public record Taken(boolean stuck) implements Committed {

    @Override
    public String phase() {
        return "go";
    }

    /** Only for a release that is made good later: the guard looks once more before it. */
    @Override
    public DestinationStep proven() {
        return DestinationStep.to(this, new Release());
    }

    @Override
    public DestinationStep released(DestinationEvent.Released event) {
        return DestinationStep.to(new Running(event.running()), new SendRunning(event.running()), new Settle());
    }

    /** A source that asks hastens the next try. */
    @Override
    public DestinationStep yielded(DestinationEvent.Yielded event) {
        return retryDue();
    }

    @Override
    public DestinationStep retryDue() {
        return stuck ? DestinationStep.to(new Taken(false), new Prove()) : DestinationStep.to(this);
    }

    @Override
    public DestinationStep failed(DestinationEvent.Failed event) {
        return DestinationStep.to(
                new Taken(true),
                new Pause(),
                new RetryLater(),
                new Note("The pair is taken, but its target could not be released: " + event.reason()
                        + " Both domains stay paused here; it is tried again until it succeeds."));
    }
}
