/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.life;

import org.vmcoupler.hypervisor.DomainEnd;

/**
 * Where a pair is in its life. Each state is asked for every event; one that means nothing to it changes nothing, as most events race with what
 * was done meanwhile.
 */
public sealed interface LifeState permits Watched, Regaining, Seized, Remaking, Down, Leaving, Ending, Over {

    /** Returns the state's name as users see it. */
    String phase();

    /** Tells whether the guard is to prove looks in this state. */
    default boolean looks() {
        return false;
    }

    /** Tells whether the target must not run in this state. */
    default boolean holds() {
        return false;
    }

    /** Takes an event. */
    default LifeStep next(LifeEvent event, LifePolicy policy) {
        if (event instanceof LifeEvent.LookLate late) {
            return guardLost(late.reason(), false, policy);
        }
        if (event instanceof LifeEvent.GuardEnded ended) {
            // one that is only suspended can be resumed, and keeps what it knows
            boolean over = ended.end() != DomainEnd.SUSPEND;
            return guardLost("its domain has ended (" + ended.end() + ")", over, policy);
        }
        if (event instanceof LifeEvent.TargetEnded ended) {
            return targetEnded(ended.end(), policy);
        }
        if (event instanceof LifeEvent.StopAsked asked) {
            return stop(asked.again());
        }
        if (event instanceof LifeEvent.SavedByOthers saved) {
            return savedByOthers(saved.who());
        }
        if (event instanceof LifeEvent.GivenAway given) {
            return givenAway(given.who());
        }
        return event instanceof LifeEvent.PairEnded ? LifeStep.to(new Over()) : answered(event);
    }

    /** The guard is lost. */
    default LifeStep guardLost(String reason, boolean ended, LifePolicy policy) {
        return LifeStep.to(this);
    }

    /** The target has ended. */
    default LifeStep targetEnded(DomainEnd end, LifePolicy policy) {
        return LifeStep.to(this);
    }

    /** Somebody else saves or migrates the target. */
    default LifeStep savedByOthers(String who) {
        return LifeStep.to(this);
    }

    /** The same, and nobody here will ever resume it. */
    default LifeStep givenAway(String who) {
        return savedByOthers(who);
    }

    /** An operator wants the pair stopped. */
    default LifeStep stop(boolean again) {
        return LifeStep.to(this);
    }

    /** An effect was carried out, or failed. */
    default LifeStep answered(LifeEvent event) {
        return LifeStep.to(this);
    }

    /** What every state does with a target that has ended, if it still has one. */
    static LifeStep ended(DomainEnd end, LifePolicy policy) {
        if (end == DomainEnd.SUSPEND) {
            return LifeStep.to(
                    new Regaining(true, NextGuard.SAME, 0),
                    new LifeEffect.Hold(),
                    new LifeEffect.Alert("the target has suspended itself though nobody of us asked it to"),
                    new LifeEffect.Regain(NextGuard.SAME, 0));
        }
        return switch (policy.on(end)) {
            case RESTART -> LifeStep.to(new Remaking(0), new LifeEffect.MakeTarget(0));
            case STOP ->
                end == DomainEnd.DESTROYED
                        ? Ending.begin(new LifeEffect.Alert("somebody has destroyed the target, and its pair ends"))
                        : Ending.begin();
            case KEEP -> LifeStep.to(new Down(end.name()), new LifeEffect.Alert("the target has ended: " + end));
        };
    }
}
