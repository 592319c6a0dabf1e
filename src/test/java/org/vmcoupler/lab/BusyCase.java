/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

/**
 * How a target writes to its memory while it moves, and over which path. The lab's hosts send some thousand pages a second, and a target writes to no
 * more than some hundred: its first write to each page of a round takes some milliseconds of an emulated CPU. So for more than the path carries that
 * becomes slow, with less than that, when most of the first round is over. The same move of a pair whose target is idle is the control.
 */
enum BusyCase {
    /** One page, all the time: it is sent once in each round. */
    ONE_HOT_PAGE(4_000, 1, true, false),

    /** Fewer pages than can be sent meanwhile. */
    BELOW_THE_LINK(100, 4_096, true, false),

    /** About as many. */
    AT_THE_LINK(2_000, 4_096, false, false),

    /** All of a ring of 16 MiB, as fast as it can, over a path that takes a minute for it. */
    ALL_PAGES(100_000, 4_096, false, true),

    /** Nothing, over the same path. */
    NO_PAGES(0, 1, true, true);

    private static final int DOWNTIME_MS = 500;

    /** Room for what the guard writes, which is busy too, but not for the ring besides. */
    private static final int DOWNTIME_OVER_A_SLOW_PATH_MS = 55_000;

    /** As much as its guard's, which never waits, and half of dom0's: what it writes is to be limited by what its writes cost. */
    private static final int WEIGHT = 2_048;

    private static final int DEFAULT_WEIGHT = 256;

    private final int pagesPerSecond;
    private final int ringPages;
    private final boolean converges;
    private final boolean pathBecomesSlow;

    BusyCase(int pagesPerSecond, int ringPages, boolean converges, boolean pathBecomesSlow) {
        this.pagesPerSecond = pagesPerSecond;
        this.ringPages = ringPages;
        this.converges = converges;
        this.pathBecomesSlow = pathBecomesSlow;
    }

    /** Returns the limits of its pre-copy, as fields of a request. */
    String limits() {
        return pathBecomesSlow
                ? ",\"timeoutS\":900,\"maxRounds\":4,\"downtimeMs\":" + DOWNTIME_OVER_A_SLOW_PATH_MS
                : ",\"maxRounds\":6,\"downtimeMs\":" + DOWNTIME_MS;
    }

    /** Starts the writing. */
    void begin(Pair pair) {
        pair.here().exec("xl sched-credit2 -d target -w " + (pathBecomesSlow ? WEIGHT : DEFAULT_WEIGHT));
        if (pathBecomesSlow) {
            pair.here().exec("xl sched-credit2 -d guard -w " + WEIGHT);
        }
        pair.dirty(pagesPerSecond, ringPages);
    }

    /** Tells whether it moves within the budget for the downtime whatever is wanted at the limit. */
    boolean converges() {
        return converges;
    }

    /** Tells whether it may turn out either way. */
    boolean isOpen() {
        return this == AT_THE_LINK;
    }

    /** Tells whether the path is limited on the way. */
    boolean pathBecomesSlow() {
        return pathBecomesSlow;
    }
}
