/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How long a pair is without a proven look. */
class LookClockTest {

    private static final long MS = 1_000_000;

    private final LookClock clock = new LookClock(0);

    @Test
    void anIntervalLastsFromOneChallengeToTheNextAnswer() {
        clock.proven(100 * MS, 150 * MS);
        assertEquals(150, clock.longestMs());
        clock.proven(1_000 * MS, 1_200 * MS);
        assertEquals(1_100, clock.longestMs(), "from the challenge at 100, as the look may have been taken then");
        assertEquals(2, clock.looks());
        assertEquals(300, clock.ageMs(1_500 * MS));
        assertEquals(Duration.ofMillis(4_500), clock.left(Duration.ofSeconds(5), 1_500 * MS));
    }

    @Test
    void aTargetThatIsPausedEndsTheInterval() {
        clock.stopped(7_000 * MS);
        assertEquals(7_000, clock.longestMs());
        clock.restart(60_000 * MS);
        clock.proven(60_100 * MS, 60_200 * MS);
        assertEquals(7_000, clock.longestMs(), "while it stood still nothing ran unwatched");
    }

    @Test
    void aTargetThatIsPausedAlreadyRunsNoLonger() {
        clock.stopped(7_000 * MS);
        clock.stopped(9_000 * MS);
        assertEquals(7_000, clock.longestMs());
        clock.proven(20_000 * MS, 20_100 * MS);
        clock.stopped(29_000 * MS);
        assertEquals(7_000, clock.longestMs(), "a look does not release it");
        clock.restart(30_000 * MS);
        clock.stopped(39_000 * MS);
        assertEquals(9_000, clock.longestMs());
    }

    @Test
    void whatIsLeftMayBeOverdue() {
        assertEquals(Duration.ofSeconds(-1), clock.left(Duration.ofSeconds(5), 6_000 * MS));
    }
}
