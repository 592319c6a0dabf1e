/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

/** How a target writes to its memory while it moves. The lab's hosts send some thousand pages a second. */
enum BusyCase {
    /** One page, all the time: it is sent once in each round. */
    ONE_HOT_PAGE(4_000, 1, true),

    /** Fewer pages than can be sent meanwhile. */
    BELOW_THE_LINK(100, 4_096, true),

    /** About as many. */
    AT_THE_LINK(2_000, 4_096, false),

    /** A ring of 64 MiB, half of all that it has, many times as fast. */
    ALL_PAGES(100_000, 16_384, false);

    private final int pagesPerSecond;
    private final int ringPages;
    private final boolean converges;

    BusyCase(int pagesPerSecond, int ringPages, boolean converges) {
        this.pagesPerSecond = pagesPerSecond;
        this.ringPages = ringPages;
        this.converges = converges;
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
