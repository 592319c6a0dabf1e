/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.time.Duration;

/** How often of late a target has suspended itself: each time less than ten minutes after the one before. One thread at a time. */
final class SelfSuspends {

    /** After this time without one the next counts as the first. */
    static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);

    private int times;
    private long last;

    /** Returns how many there are of late together with one at {@code now}, in nanoseconds of {@link System#nanoTime}; at least 1. */
    int with(long now) {
        return times > 0 && now - last < FORGOTTEN_AFTER.toNanos() ? times + 1 : 1;
    }

    /** Takes in one at {@code now}. */
    void add(long now) {
        times = with(now);
        last = now;
    }
}
