/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.life;

import java.time.Duration;
import org.vmcoupler.hypervisor.DomainEnd;

/**
 * What an operator wants of one pair.
 *
 * @param onReboot after the target asked to be started again, which a soft reset counts as
 * @param onCrash after its kernel crashed or it shut down for a reason that we do not know
 * @param maxUnproven longest time without a proven look (W); then the guard counts as lost. Positive
 */
public record LifePolicy(
        OnEnd onPoweroff,
        OnEnd onReboot,
        OnEnd onCrash,
        OnEnd onWatchdog,
        OnGuardLoss onGuardLoss,
        Duration maxUnproven) {

    /** Returns this one for a target that is paused already when its guard is lost. */
    public LifePolicy pausing() {
        return new LifePolicy(onPoweroff, onReboot, onCrash, onWatchdog, OnGuardLoss.PAUSE, maxUnproven);
    }

    /** Returns what is done after {@code end}. A target that somebody destroyed is gone for good. */
    OnEnd on(DomainEnd end) {
        return switch (end) {
            case POWEROFF -> onPoweroff;
            case REBOOT, SOFT_RESET -> onReboot;
            case CRASH, UNKNOWN -> onCrash;
            case WATCHDOG -> onWatchdog;
            case DESTROYED -> OnEnd.STOP;
            case SUSPEND -> throw new IllegalArgumentException("a suspended target is not at its end");
        };
    }
}
