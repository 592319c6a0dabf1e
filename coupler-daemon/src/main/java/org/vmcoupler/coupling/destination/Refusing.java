/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

import java.util.Optional;
import org.vmcoupler.control.Decision;
import org.vmcoupler.coupling.destination.DestinationEffect.Close;
import org.vmcoupler.coupling.destination.DestinationEffect.Decide;
import org.vmcoupler.coupling.destination.DestinationEffect.Destroy;
import org.vmcoupler.coupling.destination.DestinationEffect.Note;
import org.vmcoupler.coupling.destination.DestinationEffect.SendRefuse;
import org.vmcoupler.fault.ErrorCode;

/**
 * REFUSE is durable; the copies here are being destroyed.
 *
 * @param code why
 * @param reason why, in sentences
 */
public record Refusing(ErrorCode code, String reason) implements Settled {

    static DestinationStep because(ErrorCode code, String reason) {
        return DestinationStep.to(new Refusing(code, reason), new Decide(Decision.REFUSE), new Destroy());
    }

    @Override
    public String phase() {
        return "refuse";
    }

    @Override
    public DestinationStep destroyed() {
        return DestinationStep.to(new Finished(Optional.empty()), new Close(), new SendRefuse(code, reason));
    }

    @Override
    public DestinationStep failed(DestinationEvent.Failed event) {
        return DestinationStep.to(this, new Note("While refusing: " + event.reason()));
    }
}
