/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.time.Duration;

/**
 * Measures how long a pair is without a proven look. A look was taken at some time between its challenge and its answer, so the longest interval
 * between two is counted from one's challenge to the next one's answer: never too short. Times are {@link System#nanoTime}. Thread-safe.
 */
public final class LookClock {

    private long since;
    private long provenAt;
    private long longestNs;
    private long looks;
    private boolean stopped;

    /** Starts at {@code now}, as if a look had been proven then. */
    public LookClock(long now) {
        restart(now);
    }

    /** Begins a new interval at {@code now}: somebody else proved a look, or the target has not run until now. */
    public synchronized void restart(long now) {
        since = now;
        provenAt = now;
        stopped = false;
    }

    /** Takes a proven look, whose challenge was drawn at {@code drawn}. What had stopped by then stays so. */
    public synchronized void proven(long drawn, long now) {
        boolean stood = stopped;
        stopped(now);
        since = drawn;
        stopped = stood;
        provenAt = now;
        looks++;
    }

    /** Takes an interval that ended without a look, as the target was paused at {@code now}; what follows until the next one counts for nothing. */
    public synchronized void stopped(long now) {
        if (!stopped) {
            longestNs = Math.max(longestNs, now - since);
            stopped = true;
        }
    }

    /** Returns how long the target has run without a proven look by {@code now}; zero if it stands still. */
    public synchronized Duration unproven(long now) {
        return stopped ? Duration.ZERO : Duration.ofNanos(now - since);
    }

    /** Takes an interval in which the target may have run though it should have stood still. */
    public synchronized void ran(long from, long now) {
        longestNs = Math.max(longestNs, now - from);
    }

    /** Returns what is left of {@code limit} in the interval that lasts now; not positive if it is over. */
    public synchronized Duration left(Duration limit, long now) {
        return limit.minusNanos(now - since);
    }

    /** Returns the longest interval so far that has ended, in milliseconds, rounded up. */
    public synchronized long longestMs() {
        return Math.floorDiv(longestNs + 999_999, 1_000_000L);
    }

    /** Returns the milliseconds since the last proven look; at least 0. */
    public synchronized long ageMs(long now) {
        return Math.max(0, (now - provenAt) / 1_000_000);
    }

    /** Returns how many looks were proven. */
    public synchronized long looks() {
        return looks;
    }
}
