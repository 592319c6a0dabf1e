/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.life;

/**
 * The target has ended and stays as it is, with its guard.
 *
 * @param reason why, for users
 */
public record Down(String reason) implements LifeState {

    @Override
    public String phase() {
        return "down";
    }

    @Override
    public LifeStep stop(boolean again) {
        return again ? LifeStep.to(new Remaking(0), new LifeEffect.MakeTarget(0)) : Ending.begin();
    }
}
