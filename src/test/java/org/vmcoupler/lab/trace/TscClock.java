/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab.trace;

/**
 * A host's time stamp counter in terms of its CLOCK_MONOTONIC, by moments at which both were read. The line through the first and the last is used.
 *
 * @param errorNs how far a moment may be off: the widest bracket of a reading, and how far a reading in between is off the line
 */
public record TscClock(Reading first, Reading last, double errorNs) {

    /**
     * Both clocks at one moment.
     *
     * @param widthTicks the clock was read within so many ticks around {@code tsc}
     */
    public record Reading(long tsc, long monotonicNs, long widthTicks) {

        /** Parses {@code TSC MONOTONIC_NS WIDTH_TICKS}. */
        public static Reading of(String line) {
            String[] words = line.trim().split(" ", -1);
            return new Reading(Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
        }
    }

    /** Makes the line through two readings; {@code between} shows how straight it is. */
    public static TscClock of(Reading first, Reading between, Reading last) {
        TscClock line = new TscClock(first, last, 0);
        double width = Math.max(first.widthTicks(), Math.max(between.widthTicks(), last.widthTicks())) / 2.0;
        double bend = Math.abs(line.ns(between.tsc()) - between.monotonicNs());
        return new TscClock(first, last, width * line.nsPerTick() + bend);
    }

    /** Returns a moment of the time stamp counter as CLOCK_MONOTONIC in nanoseconds. */
    public long ns(long tsc) {
        return first.monotonicNs() + Math.round((tsc - first.tsc()) * nsPerTick());
    }

    /** Returns an interval of ticks in nanoseconds, wider by what the clocks may be off at both ends. */
    public Interval ns(Interval ticks) {
        long error = (long) Math.ceil(errorNs);
        return new Interval(ticks.domid(), ns(ticks.from()) - error, ns(ticks.to()) + error);
    }

    private double nsPerTick() {
        return (double) (last.monotonicNs() - first.monotonicNs()) / (last.tsc() - first.tsc());
    }
}
