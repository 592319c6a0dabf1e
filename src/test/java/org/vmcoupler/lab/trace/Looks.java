/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab.trace;

import java.util.List;

/**
 * The proven looks at one domain, in order of time.
 *
 * @param looks each from when its challenge did not exist yet to when its answer was verified, nanoseconds of CLOCK_MONOTONIC
 */
public record Looks(List<Interval> looks) {

    /** Sorts the looks. */
    public Looks {
        looks = looks.stream()
                .sorted(java.util.Comparator.comparingLong(Interval::from))
                .toList();
    }

    /** Reads the lines {@code FROM TO DOMID KIND ID} of one domain. */
    public static Looks of(List<String> lines, int domid) {
        return new Looks(lines.stream()
                .map(line -> line.trim().split(" ", -1))
                .filter(words -> Integer.parseInt(words[2]) == domid)
                .map(words -> new Interval(domid, Long.parseLong(words[0]), Long.parseLong(words[1])))
                .toList());
    }

    /**
     * Tells whether the domain was watched all the time of this run: a look was proven before it begins, one after it ends began later, and between
     * two looks that follow each other, from the beginning of one to the proof of the next, are at most {@code limitNs}.
     */
    public boolean watched(Interval run, long limitNs) {
        return longestUnprovenNs(run) <= limitNs;
    }

    /** Returns the longest interval between two proven looks that the run touches, {@link Long#MAX_VALUE} if one of its ends has none beyond it. */
    public long longestUnprovenNs(Interval run) {
        if (looks.isEmpty()
                || looks.get(0).to() > run.from()
                || looks.get(looks.size() - 1).to() < run.to()) {
            return Long.MAX_VALUE;
        }
        long longest = 0;
        for (int i = 1; i < looks.size(); i++) {
            long from = looks.get(i - 1).from();
            long to = looks.get(i).to();
            if (from <= run.to() && to >= run.from()) {
                longest = Math.max(longest, to - from);
            }
        }
        return longest;
    }
}
