/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.life;

import org.vmcoupler.hypervisor.DomainEnd;

/** The target runs, and its guard proves looks. */
public record Watched() implements LifeState {

    @Override
    public String phase() {
        return "watched";
    }

    @Override
    public boolean looks() {
        return true;
    }

    @Override
    public LifeStep guardLost(String reason, boolean ended, LifePolicy policy) {
        LifeEffect alert = new LifeEffect.Alert("the guard is lost: " + reason);
        NextGuard next = ended ? NextGuard.FRESH : NextGuard.SAME;
        return switch (policy.onGuardLoss()) {
            case PAUSE ->
                LifeStep.to(new Regaining(true, next, 0), new LifeEffect.Hold(), alert, new LifeEffect.Regain(next, 0));
            case CONTINUE -> LifeStep.to(new Regaining(false, next, 0), alert, new LifeEffect.Regain(next, 0));
            case SHUTDOWN -> LifeStep.to(new Leaving(false), alert, new LifeEffect.AskTarget(false));
        };
    }

    @Override
    public LifeStep targetEnded(DomainEnd end, LifePolicy policy) {
        return LifeState.ended(end, policy);
    }

    @Override
    public LifeStep savedByOthers(String who) {
        return Seized.by(who);
    }

    @Override
    public LifeStep stop(boolean again) {
        return LifeStep.to(new Leaving(again), new LifeEffect.AskTarget(again));
    }

    /** It goes on after a proven look. The more often it does so, the longer it stands still first: it can make work for nobody but itself. */
    @Override
    public LifeStep answered(LifeEvent event) {
        if (!(event instanceof LifeEvent.TargetSuspended suspended)) {
            return LifeStep.to(this);
        }
        int times = suspended.times();
        String often = times == 1 ? "" : ", " + times + " times of late; it stands still for longer each time";
        return LifeStep.to(
                new Regaining(true, NextGuard.SAME, 0),
                new LifeEffect.Hold(),
                new LifeEffect.Alert("the target has suspended itself though nobody of us asked it to" + often),
                new LifeEffect.Regain(NextGuard.SAME, times - 1));
    }
}
