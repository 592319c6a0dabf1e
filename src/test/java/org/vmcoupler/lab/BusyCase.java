/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

/**
 * How a target writes to its memory while it moves, and how long its last round may take. The lab's hosts send some thousand pages a second. A target
 * writes no faster than that here: its first write to each page of a round takes some milliseconds of an emulated CPU. So what does not fit is made by
 * the time: less than any round leaves. The guard's own rest would not fit into that either: this case shows that a limit is kept, not that the prediction
 * is right, which {@code LockstepTest} does.
 */
enum BusyCase {
    /** One page, all the time: it is sent once in each round. */
    ONE_HOT_PAGE(4_000, 1, 500, true),

    /** Fewer pages than can be sent meanwhile. */
    BELOW_THE_LINK(100, 4_096, 500, true),

    /** About as many. */
    AT_THE_LINK(2_000, 4_096, 500, false),

    /** A ring of 64 MiB, half of all that it has, as fast as it can while the guard gets its part of the one CPU. */
    ALL_PAGES(100_000, 16_384, 20, false);

    private final int pagesPerSecond;
    private final int ringPages;
    private final int downtimeMs;
    private final boolean converges;

    BusyCase(int pagesPerSecond, int ringPages, int downtimeMs, boolean converges) {
        this.pagesPerSecond = pagesPerSecond;
        this.ringPages = ringPages;
        this.downtimeMs = downtimeMs;
        this.converges = converges;
    }

    /** Returns the limits of its pre-copy, as fields of a request. */
    String limits() {
        return ",\"maxRounds\":6,\"downtimeMs\":" + downtimeMs;
    }

    /** Starts the writing. */
    void begin(Pair pair) {
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
}
