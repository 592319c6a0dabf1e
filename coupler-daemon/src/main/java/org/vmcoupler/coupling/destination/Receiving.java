/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

import java.util.Optional;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.StreamDigest;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.destination.DestinationEffect.Couple;
import org.vmcoupler.coupling.destination.DestinationEffect.Hold;
import org.vmcoupler.fault.ErrorCode;

/**
 * BEGIN is durable; both restores populate memory.
 *
 * @param target digest of the target's stream once it is restored
 * @param guard the same of the guard
 * @param stopped what the source said of its side
 */
public record Receiving(
        Optional<StreamDigest> target, Optional<StreamDigest> guard, Optional<ControlMessage.Stopped> stopped)
        implements DestinationState {

    /** Returns the start: nothing has arrived. */
    public static Receiving start() {
        return new Receiving(Optional.empty(), Optional.empty(), Optional.empty());
    }

    @Override
    public String phase() {
        return "receive";
    }

    @Override
    public DestinationStep restored(DestinationEvent.Restored event) {
        return event.member() == Member.TARGET
                ? new Receiving(Optional.of(event.digest()), guard, stopped).check()
                : new Receiving(target, Optional.of(event.digest()), stopped).check();
    }

    @Override
    public DestinationStep stopped(DestinationEvent.Stopped event) {
        return new Receiving(target, guard, Optional.of(event.message())).check();
    }

    private DestinationStep check() {
        if (target.isEmpty() || guard.isEmpty() || stopped.isEmpty()) {
            return DestinationStep.to(this);
        }
        if (!target.equals(Optional.of(stopped.get().target()))
                || !guard.equals(Optional.of(stopped.get().guard()))) {
            return Refusing.because(ErrorCode.ROLLED_BACK, "Other streams arrived than the source sent.");
        }
        return DestinationStep.to(
                new Coupling(stopped.get(), SourceWord.WAITS), new Hold(stopped.get()), new Couple(stopped.get()));
    }
}
