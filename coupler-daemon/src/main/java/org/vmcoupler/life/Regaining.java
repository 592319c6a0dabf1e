/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.life;

import org.vmcoupler.hypervisor.DomainEnd;

/**
 * No guard watches; one is being made to.
 *
 * @param holds whether the target stands still meanwhile
 * @param guard which guard is tried
 * @param tries tries that failed
 */
public record Regaining(boolean holds, NextGuard guard, int tries) implements LifeState {

    /** So often a guard that still runs is asked before it is replaced, which loses what it knew. */
    static final int TRIES_OF_THE_OLD = 2;

    @Override
    public String phase() {
        return holds ? "guard-lost" : "unwatched";
    }

    @Override
    public LifeStep guardLost(String reason, boolean ended, LifePolicy policy) {
        return LifeStep.to(new Regaining(holds, ended ? NextGuard.FRESH : guard, tries));
    }

    @Override
    public LifeStep targetEnded(DomainEnd end, LifePolicy policy) {
        // a suspended one is resumed by the next try
        return end == DomainEnd.SUSPEND ? LifeStep.to(this) : LifeState.ended(end, policy);
    }

    @Override
    public LifeStep savedByOthers(String who) {
        return Seized.by(who);
    }

    @Override
    public LifeStep stop(boolean again) {
        return again
                ? LifeStep.to(new Remaking(0), new LifeEffect.Hold(), new LifeEffect.MakeTarget(0))
                : Ending.begin(new LifeEffect.Hold());
    }

    @Override
    public LifeStep answered(LifeEvent event) {
        if (event instanceof LifeEvent.Regained) {
            return LifeStep.to(new Watched());
        }
        if (event instanceof LifeEvent.HeldTargetRuns && holds) {
            return LifeStep.to(
                    this,
                    new LifeEffect.Hold(),
                    new LifeEffect.Alert(
                            "somebody has unpaused the target, which no guard watches; it is paused again"));
        }
        if (event instanceof LifeEvent.NotRegained failed) {
            int failures = tries + 1;
            boolean askAgain = guard == NextGuard.SAME && failures < TRIES_OF_THE_OLD;
            Regaining next = new Regaining(holds, askAgain ? NextGuard.SAME : NextGuard.FRESH, failures);
            return LifeStep.to(
                    next,
                    new LifeEffect.Alert("no guard watches yet: " + failed.reason()),
                    new LifeEffect.Regain(next.guard, failures));
        }
        return LifeStep.to(this);
    }
}
