/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.config;

import java.nio.file.Path;
import java.time.Duration;
import org.vmcoupler.life.LifePolicy;
import org.vmcoupler.life.OnEnd;
import org.vmcoupler.life.OnGuardLoss;

/**
 * {@code [life]}: what holds for every pair whose own file says nothing else, and how often and how long.
 *
 * @param lookInterval between two looks
 * @param guardStartDeadline until the agent of a guard that was started answers
 * @param stopDeadline until a target that was asked to end has ended; then it is destroyed
 * @param pairsDir folder of the pairs' own files
 */
public record LifeConfig(
        LifePolicy policy, Duration lookInterval, Duration guardStartDeadline, Duration stopDeadline, Path pairsDir) {

    private static final Duration TENTH = Duration.ofMillis(100);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private static final LifePolicy DEFAULT = new LifePolicy(
            OnEnd.STOP, OnEnd.RESTART, OnEnd.RESTART, OnEnd.RESTART, OnGuardLoss.PAUSE, Duration.ofSeconds(5));

    static LifeConfig of(Section in) {
        LifeConfig out = new LifeConfig(
                policy(in, DEFAULT),
                in.duration("look_interval", "1 s", TENTH, MINUTE),
                in.duration("guard_start_deadline", "60 s", SECOND, HOUR),
                in.duration("stop_deadline", "60 s", SECOND, HOUR),
                in.path("pairs_dir", "/etc/vmcoupler/pairs"));
        if (!out.looksOftenEnough(out.policy)) {
            throw in.wrong(
                    "look_interval",
                    DurationText.format(out.lookInterval),
                    "at most half of max_unproven, which is " + DurationText.format(out.policy.maxUnproven()));
        }
        in.refuseRest();
        return out;
    }

    /**
     * Tells whether looks come often enough for a policy: twice in its longest time without one, as the next can only be proven after it was begun. With
     * fewer a guard would count as lost again and again, and its target stand still.
     */
    boolean looksOftenEnough(LifePolicy wanted) {
        return lookInterval.multipliedBy(2).compareTo(wanted.maxUnproven()) <= 0;
    }

    /** Reads what a table says about one pair or all of them. */
    static LifePolicy policy(Section in, LifePolicy fallback) {
        return new LifePolicy(
                in.choice("on_poweroff", fallback.onPoweroff()),
                in.choice("on_reboot", fallback.onReboot()),
                in.choice("on_crash", fallback.onCrash()),
                in.choice("on_watchdog", fallback.onWatchdog()),
                in.choice("on_guard_loss", fallback.onGuardLoss()),
                in.duration("max_unproven", DurationText.format(fallback.maxUnproven()), SECOND, HOUR));
    }
}
