/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

import org.vmcoupler.coupling.destination.DestinationEffect.SendClosed;
import org.vmcoupler.coupling.destination.DestinationEffect.SendRefuse;
import org.vmcoupler.fault.ErrorCode;

/**
 * Nothing is left to decide; a source that asks again is told again.
 *
 * @param taken the pair is here; else it was refused
 */
public record Finished(boolean taken) implements Settled {

    @Override
    public String phase() {
        return "ended";
    }

    @Override
    public DestinationStep stopped(DestinationEvent.Stopped event) {
        return again();
    }

    @Override
    public DestinationStep yielded() {
        return again();
    }

    @Override
    public DestinationStep kept(DestinationEvent.Kept event) {
        return again();
    }

    @Override
    public DestinationStep done(DestinationEvent.Done event) {
        return again();
    }

    private DestinationStep again() {
        return taken
                ? DestinationStep.to(this, new SendClosed())
                : DestinationStep.to(
                        this, new SendRefuse(ErrorCode.ROLLED_BACK, "The destination has refused the pair."));
    }
}
