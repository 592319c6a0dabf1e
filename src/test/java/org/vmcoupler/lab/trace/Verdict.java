/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab.trace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/**
 * What a trace says of a target, whichever hosts it was on.
 *
 * @param runIntervals how often it ran
 * @param unwatched how many of those times were not within an interval of proven looks
 * @param longestUnprovenNs the longest interval between two proven looks in which it ran, among those that have a look at both ends
 * @param clockErrorNs by how much the runs were widened at both ends
 */
public record Verdict(long runIntervals, long unwatched, long longestUnprovenNs, double clockErrorNs) {

    /** Nothing was looked at. */
    public static final Verdict NONE = new Verdict(0, 0, 0, 0);

    /**
     * Judges the runs of one domain on one host.
     *
     * @param limitNs the longest interval without a proven look that is allowed
     */
    public static Verdict of(List<Interval> runs, TscClock clock, Looks looks, long limitNs) {
        long unwatched = 0;
        long longest = 0;
        for (Interval ticks : runs) {
            long unproven = looks.longestUnprovenNs(clock.ns(ticks));
            unwatched += unproven > limitNs ? 1 : 0;
            longest = unproven == Long.MAX_VALUE ? longest : Math.max(longest, unproven);
        }
        return new Verdict(runs.size(), unwatched, longest, clock.errorNs());
    }

    /** Returns what both say together. */
    public Verdict and(Verdict other) {
        return new Verdict(
                runIntervals + other.runIntervals,
                unwatched + other.unwatched,
                Math.max(longestUnprovenNs, other.longestUnprovenNs),
                Math.max(clockErrorNs, other.clockErrorNs));
    }

    /** Returns it for machines. */
    public JsonNode json() {
        return new ObjectMapper()
                .createObjectNode()
                .put("runIntervals", runIntervals)
                .put("unwatched", unwatched)
                .put("longestUnprovenMs", longestUnprovenNs / 1_000_000)
                .put("clockErrorMs", clockErrorNs / 1e6);
    }
}
