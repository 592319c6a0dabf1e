/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.Optional;
import org.vmcoupler.coupling.Lockstep;

/**
 * Pre-copy is near enough; the guard parks its checks. Both domains still run; questions wait.
 *
 * @param lockstep knows which questions wait
 */
public record Preparing(Lockstep lockstep) implements SourceState {

    @Override
    public String phase() {
        return "prepare";
    }

    @Override
    public Looks looks() {
        return Looks.PARKED;
    }

    @Override
    public Optional<Wait> waitsFor(WaitLimits limits) {
        return Optional.of(new Wait("The guard did not park its checks", limits.prepareMs()));
    }

    @Override
    public SourceStep policyAsked(SourceEvent.PolicyAsked event, Moment now) {
        return SourceStep.to(new Preparing(lockstep.asked(event.member(), event.count(), now.nowMs())));
    }

    @Override
    public Optional<Lockstep> known() {
        return Optional.of(lockstep);
    }

    @Override
    public SourceStep prepared(Moment now) {
        return LastRounds.start(lockstep, now.nowMs()).decide(now);
    }
}
