/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

/**
 * How a target writes to its memory while it moves, and over what path. A lab's host has one CPU for dom0, which sends, and for both domains, and the
 * first write to each page of a round goes through an emulated hypervisor: a target writes some hundred pages a second, dom0 sends some thousand. So
 * the path is made slow for the case that is above it; {@link #IDLE_SLOWLY} shows that over the same path, within the same time, an idle pair moves.
 */
enum BusyCase {
    /** One page, all the time: it is sent once in each round. */
    ONE_HOT_PAGE(4_000, 1, true, false),

    /** Fewer pages than can be sent meanwhile. */
    BELOW_THE_LINK(100, 4_096, true, false),

    /** About as many. */
    AT_THE_LINK(2_000, 4_096, false, false),

    /** Nothing but what any kernel writes. */
    IDLE_SLOWLY(0, 1, true, true),

    /** A ring of 64 MiB, half of all that it has, as fast as it can. */
    ALL_PAGES_SLOWLY(100_000, 16_384, false, true);

    private final int pagesPerSecond;
    private final int ringPages;
    private final boolean converges;
    private final boolean slowly;

    BusyCase(int pagesPerSecond, int ringPages, boolean converges, boolean slowly) {
        this.pagesPerSecond = pagesPerSecond;
        this.ringPages = ringPages;
        this.converges = converges;
        this.slowly = slowly;
    }

    /** Returns the limits of its pre-copy, as fields of a request. */
    String limits() {
        return ",\"maxRounds\":6,"
                + (slowly ? "\"downtimeMs\":12000,\"timeoutS\":150" : "\"downtimeMs\":500,\"timeoutS\":300");
    }

    /** Tells whether it moves over a slow path. */
    boolean isSlowly() {
        return slowly;
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
