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
 * @param suspended whether it is suspended and held: whoever saves it may have its copy started elsewhere, or resume it here, and is waited for
 */
public record Leaving(boolean again, boolean suspended) implements LifeState {

    /** It runs. */
    Leaving(boolean again) {
        this(again, false);
    }

    @Override
    public String phase() {
        return again ? "restarting" : "stopping";
    }

    @Override
    public boolean looks() {
        return !suspended;
    }

    @Override
    public boolean holds() {
        return suspended;
    }

    @Override
    public LifeStep guardLost(String reason, boolean ended, LifePolicy policy) {
        if (suspended) {
            return LifeStep.to(this);
        }
        // under this policy the target may end by itself without a guard: that is why it was asked to
        boolean patient = policy.onGuardLoss() != OnGuardLoss.PAUSE;
        return patient ? LifeStep.to(this) : finish(new LifeEffect.Hold());
    }

    @Override
    public LifeStep targetEnded(DomainEnd end, LifePolicy policy) {
        if (suspended && end == DomainEnd.DESTROYED) {
            // whether or not it was to be started again: it may run elsewhere
            return Seized.destroyed();
        }
        if (end != DomainEnd.SUSPEND) {
            return finish();
        }
        return suspended ? LifeStep.to(this) : LifeStep.to(new Leaving(again, true), new LifeEffect.Hold());
    }

    @Override
    public LifeStep savedByOthers(String who) {
        return suspended
                ? LifeStep.to(this, new LifeEffect.EndSaves())
                : LifeStep.to(
                        this,
                        new LifeEffect.EndSaves(),
                        new LifeEffect.Alert("somebody saves or migrates the target while it is asked to end: " + who
                                + ". The save is ended"));
    }

    @Override
    public LifeStep givenAway(String who) {
        return suspended ? finishSuspended() : savedByOthers(who);
    }

    @Override
    public LifeStep stop(boolean more) {
        return LifeStep.to(new Leaving(more, suspended));
    }

    @Override
    public LifeStep answered(LifeEvent event) {
        if (suspended) {
            return answeredWhenSuspended(event);
        }
        return event instanceof LifeEvent.GraceOver
                ? finish(
                        new LifeEffect.Hold(),
                        new LifeEffect.Alert("the target did not end in time and is ended by force"))
                : LifeStep.to(this);
    }

    private LifeStep answeredWhenSuspended(LifeEvent event) {
        if (event instanceof LifeEvent.SaveOver) {
            return finishSuspended();
        }
        return event instanceof LifeEvent.HeldTargetRuns
                ? LifeStep.to(
                        this,
                        new LifeEffect.Hold(),
                        new LifeEffect.Alert("somebody has resumed the target; it is paused"))
                : LifeStep.to(this);
    }

    private LifeStep finishSuspended() {
        return finish(new LifeEffect.Alert("the target was suspended when it was asked to end, and is ended by force"));
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
