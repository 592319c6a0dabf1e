/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling;

import java.util.OptionalLong;

/**
 * What is known of one domain's pre-copy rounds. Immutable; all times are milliseconds on one steady clock.
 *
 * <p>libxc reads and clears the record of dirty pages between two rounds, once its question directly after a round was answered with "go on"; the
 * pages it found are those of the coming round, which it sends while the domain runs. What is written from then on is left for the next one, or for
 * the last one if pre-copy ends. Source: Xen tools/libs/guest/xg_sr_save.c, send_memory_live and suspend_and_send_dirty.
 *
 * @param count the newest question; its pages are those of the newest one that knew them, of the first round's end on: all pages are no count
 * @param harvestMs when the record that gave {@code count} began to be read
 * @param nextHarvestMs the same of the reading that is under way; {@code harvestMs} if none is
 * @param intervalMs between the two readings that gave {@code count}, at least 1
 * @param pendingSinceMs when the question came that is not answered; empty without one
 */
record Rounds(Lockstep.Count count, long harvestMs, long nextHarvestMs, long intervalMs, OptionalLong pendingSinceMs) {

    private static final int FRAME_BYTES = 4096;

    /** Returns the start: the first question. */
    static Rounds first(Lockstep.Count count, long nowMs) {
        return new Rounds(count, nowMs, nowMs, 1, OptionalLong.of(nowMs));
    }

    /** Takes in the next question. */
    Rounds asked(Lockstep.Count next, long nowMs) {
        OptionalLong pending = OptionalLong.of(nowMs);
        if (next.known()) {
            return new Rounds(next, nextHarvestMs, nextHarvestMs, Math.max(1, nextHarvestMs - harvestMs), pending);
        }
        Lockstep.Count known = sendsAll() ? next : count.inRound(next.iteration());
        return new Rounds(known, harvestMs, nextHarvestMs, intervalMs, pending);
    }

    /** The pending question is answered with "go on". */
    Rounds answered(long nowMs) {
        long harvest = count.roundEnded() ? nowMs : nextHarvestMs;
        return new Rounds(count, harvestMs, harvest, intervalMs, OptionalLong.empty());
    }

    boolean pending() {
        return pendingSinceMs.isPresent();
    }

    /** Tells whether the pages of the coming round were counted and it has not been let go. */
    boolean fresh() {
        return pending() && !count.roundEnded();
    }

    /** Tells whether the coming round was let go, and its end is not known. */
    boolean sending() {
        return !pending() && !count.roundEnded();
    }

    /** Tells whether its newest question was one directly after a round: a "stop" would skip the coming round. */
    boolean ended() {
        return count.roundEnded();
    }

    /** Tells whether it has not sent all pages once. */
    boolean sendsAll() {
        return count.iteration() == 0;
    }

    /** Tells whether all pages have been sent once and it is known how many were dirty since. */
    boolean settled() {
        return count.known() && !sendsAll();
    }

    /** Tells whether its count has nothing in it that was written before {@code sinceMs}. */
    boolean countedSince(long sinceMs) {
        return settled() && harvestMs - intervalMs >= sinceMs;
    }

    /** Returns the pages of a coming round that are counted and may not have been sent; a "stop" sends them while the domain runs. */
    long unsent() {
        return count.roundEnded() || !count.known() ? 0 : count.dirtyPages();
    }

    /**
     * Returns the most pages that the last round will have if the domain is stopped at {@code stopMs} and goes on writing as it did.
     *
     * <p>It is known how many different pages were written in {@code intervalMs}. In no more time there are no more; in a time n times as long at
     * most n times as many, as what is written again counts once. The time is from the last reading of the record until the stop. An interval in
     * which none was found may have been too short: it counts as one page.
     */
    long pagesAtStop(double stopMs) {
        double windowMs = stopMs - harvestMs;
        return count.deferredPages()
                + (long) Math.ceil(Math.max(1, count.dirtyPages()) * Math.max(1, windowMs / intervalMs));
    }

    /** Returns how long {@code pages} take, in milliseconds. */
    static double sendMs(long pages, double bytesPerSecond) {
        return pages * FRAME_BYTES * 1000.0 / bytesPerSecond;
    }
}
