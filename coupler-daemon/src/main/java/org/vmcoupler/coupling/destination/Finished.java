/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

import java.util.Optional;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.coupling.destination.DestinationEffect.SendClosed;
import org.vmcoupler.coupling.destination.DestinationEffect.SendRefuse;
import org.vmcoupler.coupling.destination.DestinationEffect.SendRunning;
import org.vmcoupler.fault.ErrorCode;

/**
 * Nothing is left to decide; a source that asks again is told again.
 *
 * @param running what the source was told of a pair that was taken; empty if it was refused
 */
public record Finished(Optional<ControlMessage.Running> running) implements Settled {

    @Override
    public String phase() {
        return "ended";
    }

    @Override
    public DestinationStep stopped(DestinationEvent.Stopped event) {
        return running.isPresent() ? DestinationStep.to(this) : refuseAgain();
    }

    @Override
    public DestinationStep yielded(DestinationEvent.Yielded event) {
        return runningAgain();
    }

    @Override
    public DestinationStep kept(DestinationEvent.Kept event) {
        return runningAgain();
    }

    @Override
    public DestinationStep done(DestinationEvent.Done event) {
        return running.isPresent() ? DestinationStep.to(this, new SendClosed()) : refuseAgain();
    }

    private DestinationStep runningAgain() {
        return running.map(told -> DestinationStep.to(this, new SendRunning(told)))
                .orElseGet(this::refuseAgain);
    }

    private DestinationStep refuseAgain() {
        return DestinationStep.to(this, new SendRefuse(ErrorCode.ROLLED_BACK, "The destination has refused the pair."));
    }
}
