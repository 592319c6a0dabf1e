/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.life;

import org.vmcoupler.hypervisor.DomainEnd;

/**
 * The target was asked to end.
 *
 * @param again whether a new target is to follow
 */
public record Leaving(boolean again) implements LifeState {

    @Override
    public String phase() {
        return again ? "restarting" : "stopping";
    }

    @Override
    public boolean looks() {
        return true;
    }

    @Override
    public LifeStep guardLost(String reason, boolean ended, LifePolicy policy) {
        // under this policy the target may end by itself without a guard: that is why it was asked to
        boolean patient = policy.onGuardLoss() != OnGuardLoss.PAUSE;
        return patient ? LifeStep.to(this) : finish(new LifeEffect.Hold());
    }

    @Override
    public LifeStep targetEnded(DomainEnd end, LifePolicy policy) {
        return finish();
    }

    @Override
    public LifeStep savedByOthers(String who) {
        return LifeStep.to(
                this,
                new LifeEffect.EndSaves(),
                new LifeEffect.Alert("somebody saves or migrates the target while it is asked to end: " + who
                        + ". The save is ended"));
    }

    @Override
    public LifeStep stop(boolean more) {
        return LifeStep.to(new Leaving(more));
    }

    @Override
    public LifeStep answered(LifeEvent event) {
        return event instanceof LifeEvent.GraceOver
                ? finish(
                        new LifeEffect.Hold(),
                        new LifeEffect.Alert("the target did not end in time and is ended by force"))
                : LifeStep.to(this);
    }

    private LifeStep finish(LifeEffect... before) {
        if (!again) {
            return Ending.begin(before);
        }
        java.util.List<LifeEffect> effects = new java.util.ArrayList<>(java.util.List.of(before));
        effects.add(new LifeEffect.MakeTarget(0));
        return new LifeStep(new Remaking(0), effects);
    }
}
