/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.life;

import org.vmcoupler.hypervisor.DomainEnd;

/**
 * Somebody else than this daemon saves or migrates the target, which stands still until it is known what becomes of that: a copy that is complete
 * may be started somewhere, and whoever leads the save may destroy the target here or resume it.
 */
public record Seized() implements LifeState {

    /** From a state in which the target may run. */
    static LifeStep by(String who) {
        return LifeStep.to(
                new Seized(),
                new LifeEffect.Hold(),
                new LifeEffect.EndSaves(),
                new LifeEffect.Alert(
                        "somebody saves or migrates the target without this daemon: " + who
                                + ". The save is ended and the target stands still until that has left it; use `vmcoupler migrate`, or uncouple the pair"
                                + " first. A copy that is complete all the same must not be started: it would run a second time, unwatched"));
    }

    @Override
    public String phase() {
        return "saved-by-others";
    }

    @Override
    public boolean holds() {
        return true;
    }

    @Override
    public LifeStep targetEnded(DomainEnd end, LifePolicy policy) {
        if (end == DomainEnd.SUSPEND) {
            return LifeStep.to(this);
        }
        return end == DomainEnd.DESTROYED ? destroyed() : LifeState.ended(end, policy);
    }

    /** By whoever has saved it. */
    static LifeStep destroyed() {
        return Ending.begin(new LifeEffect.Alert(
                "the target was destroyed by whoever saved or migrated it, and its pair ends: what they have"
                        + " of it is its only copy, and runs unwatched wherever it is started. Couple it again there"));
    }

    @Override
    public LifeStep stop(boolean again) {
        return LifeStep.to(new Leaving(again, true));
    }

    @Override
    public LifeStep savedByOthers(String who) {
        return LifeStep.to(this, new LifeEffect.EndSaves());
    }

    @Override
    public LifeStep answered(LifeEvent event) {
        if (event instanceof LifeEvent.SaveOver) {
            return LifeStep.to(
                    new Regaining(true, NextGuard.SAME, 0),
                    new LifeEffect.Alert(
                            "whoever saved or migrated the target has left it; it goes on here when its guard has proven a look"),
                    new LifeEffect.Regain(NextGuard.SAME, 0));
        }
        if (event instanceof LifeEvent.HeldTargetRuns) {
            return LifeStep.to(
                    this,
                    new LifeEffect.Hold(),
                    new LifeEffect.Alert("somebody has unpaused the target, which somebody saves; it is paused again"));
        }
        // a guard that was being asked before
        return event instanceof LifeEvent.Regained ? LifeStep.to(new Watched()) : LifeStep.to(this);
    }
}
