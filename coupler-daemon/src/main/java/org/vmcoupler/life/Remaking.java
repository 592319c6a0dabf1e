/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.life;

/**
 * The target has ended and a new one is being made.
 *
 * @param tries tries that failed
 */
public record Remaking(int tries) implements LifeState {

    /** So often it is tried; then the old target stays as it ended. */
    static final int TRIES = 5;

    @Override
    public String phase() {
        return "restarting";
    }

    @Override
    public boolean holds() {
        return true;
    }

    @Override
    public LifeStep stop(boolean again) {
        return again ? LifeStep.to(this) : Ending.begin();
    }

    /** Nothing is done to the target before they have left it. */
    @Override
    public LifeStep savedByOthers(String who) {
        return LifeStep.to(this, new LifeEffect.EndSaves());
    }

    @Override
    public LifeStep answered(LifeEvent event) {
        if (event instanceof LifeEvent.Made) {
            return LifeStep.to(new Regaining(true, NextGuard.CARRIED, 0), new LifeEffect.Regain(NextGuard.CARRIED, 0));
        }
        if (event instanceof LifeEvent.NotMade failed) {
            int failures = tries + 1;
            LifeEffect alert = new LifeEffect.Alert("the target cannot be started again: " + failed.reason());
            return failures < TRIES
                    ? LifeStep.to(new Remaking(failures), alert, new LifeEffect.MakeTarget(failures))
                    : LifeStep.to(new Down("not restarted"), alert);
        }
        return LifeStep.to(this);
    }
}
