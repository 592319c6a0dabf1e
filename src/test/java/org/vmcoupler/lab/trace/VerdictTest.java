/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {

    private static final long W = 50;

    /** Ten ticks a nanosecond, monotonic 1,000 at tick 0. */
    private static final TscClock CLOCK = TscClock.of(
            new TscClock.Reading(0, 1_000, 0),
            new TscClock.Reading(5_000, 1_500, 0),
            TscClock.Reading.of("10000 2000 0\n"));

    private static final Looks LOOKS = Looks.of(
            List.of("1000 1010 3 ready m", "1040 1045 3 watch m", "1060 1070 4 watch m", "1200 1210 3 watch m"), 3);

    private static Interval run(long from, long to) {
        return new Interval(3, from, to);
    }

    @Test
    void aRunBetweenTwoLooksIsWatchedIfTheyAreCloseEnough() {
        assertTrue(LOOKS.watched(run(1_010, 1_020), W));
        assertEquals(45, LOOKS.longestUnprovenNs(run(1_010, 1_020)));
        assertFalse(LOOKS.watched(run(1_100, 1_101), W), "170 between two looks");
        assertFalse(LOOKS.watched(run(1_011, 1_050), W), "the longest that it touches counts");
        assertTrue(LOOKS.watched(run(1_100, 1_101), 170));
    }

    @Test
    void aRunBeforeTheFirstProofOrAfterTheLastIsNotWatched() {
        assertFalse(LOOKS.watched(run(1_009, 1_020), 1_000), "the first answer was not verified yet");
        assertFalse(LOOKS.watched(run(1_205, 1_211), 1_000));
        assertFalse(new Looks(List.of()).watched(run(1, 2), 1_000));
    }

    @Test
    void ticksBecomeNanosecondsWidenedByWhatTheClocksMayBeOff() {
        assertEquals(0, CLOCK.errorNs());
        assertEquals(1_250, CLOCK.ns(2_500));
        TscClock bent = TscClock.of(
                new TscClock.Reading(0, 1_000, 40),
                new TscClock.Reading(5_000, 1_507, 20),
                new TscClock.Reading(10_000, 2_000, 60));
        assertEquals(10, bent.errorNs(), 1e-9, "half of 60 ticks, and 7 off the line");
        assertEquals(run(1_090, 1_120), bent.ns(run(1_000, 1_100)));
    }

    @Test
    void verdictsAddUp() {
        Verdict one = Verdict.of(List.of(run(110, 150), run(1_100, 1_200)), CLOCK, LOOKS, W);
        assertEquals(new Verdict(2, 1, 170, 0), one);
        Verdict both = one.and(Verdict.of(List.of(run(0, 50)), CLOCK, LOOKS, W));
        assertEquals(new Verdict(3, 2, 170, 0), both);
        assertEquals(
                "{\"runIntervals\":3,\"unwatched\":2,\"longestUnprovenMs\":0,\"clockErrorMs\":0.0}",
                both.json().toString());
        assertEquals(one, one.and(Verdict.NONE));
    }
}
