/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.coupling.destination.DestinationEffect.Alarm;
import org.vmcoupler.coupling.destination.DestinationEffect.Finish;

/**
 * This host took the pair, and its target is gone: the host was booted since, or somebody destroyed it. The source's copies are stale; whether
 * they are used is an operator's decision, so nothing is answered that would let them be destroyed or resumed.
 *
 * @param taken what the source is told of a target that ran, should it turn out to be done already
 * @param story what happened, for the log
 */
public record Lost(ControlMessage.Running taken, String story) implements Committed {

    @Override
    public String phase() {
        return "lost";
    }

    @Override
    public DestinationStep yielded(DestinationEvent.Yielded event) {
        return DestinationStep.to(this, new Alarm("Yield stays unanswered. " + story));
    }

    @Override
    public DestinationStep kept(DestinationEvent.Kept event) {
        return DestinationStep.to(this, new Alarm("Keep after TAKE stays unanswered. " + story));
    }

    /** The source has destroyed its copies, as it had heard Running before: there is nothing left to keep for anyone. */
    @Override
    public DestinationStep done(DestinationEvent.Done event) {
        return DestinationStep.to(
                new Closing(taken),
                new Alarm("The source has destroyed its copies already. " + story),
                new Finish(event.reportJson()));
    }
}
