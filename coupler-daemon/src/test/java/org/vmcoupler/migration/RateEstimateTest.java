/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.relay.Bandwidth;

class RateEstimateTest {

    private static final long MIB = 1L << 20;
    private static final long S = 1_000_000_000L;

    private final RateEstimate rate = new RateEstimate();
    private long bytes;
    private long ns = S;
    private long waiting;
    private Map<Member, Integer> rounds = Map.of();

    private double sent(long moreBytes, long inNs) {
        bytes += moreBytes;
        ns += inNs;
        return rate.at(new RateEstimate.Look(bytes, waiting, rounds, ns));
    }

    @Test
    void aStreamWithoutPausesHasItsRate() {
        sent(0, 0);
        sent(2 * MIB, S / 10);
        assertEquals(20 * MIB, sent(2 * MIB, S / 10), 1);
    }

    /** As seen with a target of 1 GiB: 18 MB/s in the first round, then rounds of some 60 pages, each with a count of 300 ms before it. */
    @Test
    void smallRoundsAreNoSlowPath() {
        sent(0, 0);
        double first = sent(18 * MIB, S);
        for (int round = 0; round < 100; round++) {
            assertEquals(first, sent(60 * 4096, S / 3), 1, "round " + round);
        }
    }

    @Test
    void aPathThatBecomesSlowerIsNoticed() {
        sent(0, 0);
        sent(40 * MIB, S);
        for (int second = 0; second < 4; second++) {
            sent(MIB, S);
        }
        assertEquals(MIB, sent(MIB, S), 1);
    }

    /** From 40 MiB/s to half a MiB/s: no more than what a path does that waits for small rounds. */
    @Test
    void aPathThatBecomesVerySlowIsNoticedByWhatWaits() {
        sent(0, 0);
        double first = sent(40 * MIB, S);
        waiting = MIB;
        assertEquals(first, sent(50 << 10, S / 10), 1, "it began to wait some time in this one");
        for (int look = 0; look < 100; look++) {
            sent(50 << 10, S / 10);
        }
        waiting = 0;
        assertEquals(500 << 10, sent(50 << 10, S / 10), 1_000);
        assertEquals(500 << 10, sent(10 << 10, S / 10), 1_000, "a pause");
    }

    /** As seen: 4 MiB wait to be sent, no more are taken until 3 of them are, and then it takes a second until they wait again. */
    @Test
    void aVerySlowPathIsSlowAlsoWhileMoreIsTakenToBeSent() {
        sent(0, 0);
        sent(40 * MIB, S);
        for (int look = 0; look < 400; look++) {
            waiting = MIB + Math.max(0, 60 - look % 70) * (50L << 10);
            sent(50 << 10, S / 10);
        }
        assertEquals(500 << 10, sent(50 << 10, S / 10), 1_000);
    }

    @Test
    void aPathThatHasSentAllThatWaitedMayHaveWaitedItself() {
        sent(0, 0);
        double first = sent(40 * MIB, S);
        waiting = 50 << 10;
        for (int look = 0; look < 400; look++) {
            assertEquals(first, sent(50 << 10, S / 10), 1);
        }
    }

    @Test
    void aPieceThatTakesLongBoundsTheRateBeforeItIsComplete() {
        sent(0, 0);
        sent(40 * MIB, S);
        waiting = 3 * MIB;
        sent(0, S / 10);
        assertEquals(MIB, sent(0, 4 * S), MIB / 10.0);
        assertEquals(MIB / 2, sent(0, 4 * S), MIB / 10.0);
        waiting = 0;
        sent(0, S);
        assertEquals(40 * MIB, sent(0, S), 1, "nothing was sent in all that time: that says nothing of the path");
    }

    @Test
    void roundsOfLessThanAPieceTellOfASlowPathForAWhile() {
        sent(0, 0);
        sent(40 * MIB, S);
        for (int round = 0; round < 3; round++) {
            waiting = 2 * MIB;
            sent(0, S / 10);
            sent(MIB, 2 * S);
            waiting = 0;
            sent(MIB / 2, S);
            assertEquals(MIB * 4 / 3.0, sent(0, S), MIB / 4.0, "between two rounds");
        }
        assertEquals(40 * MIB, sent(0, RateEstimate.DOUBT_NS), 1);
    }

    @Test
    void aMomentInWhichAPathStoodIsForgottenWhenMoreIsSentFaster() {
        sent(0, 0);
        sent(40 * MIB, S);
        waiting = 2 * MIB;
        sent(0, S / 10);
        sent(MIB, 4 * S);
        waiting = 0;
        sent(0, S);
        assertEquals(MIB * 4 / 5.0, sent(0, S), MIB / 10.0);
        assertEquals(40 * MIB, sent(MIB, S / 10), 1);
    }

    @Test
    void aRoundThatAHostSendsSlowlyIsNoPause() {
        sent(0, 0);
        double first = sent(40 * MIB, S);
        rounds = Map.of(Member.TARGET, 3);
        assertEquals(first, sent(100 << 10, S / 5), 1, "it began some time in this one");
        for (int look = 0; look < 50; look++) {
            sent(100 << 10, S / 5);
        }
        assertEquals(500 << 10, sent(0, S / 100), 1_000);
    }

    @Test
    void roundsAfterEachOtherAreNoOneRound() {
        sent(0, 0);
        double first = sent(40 * MIB, S);
        for (int look = 0; look < 200; look++) {
            rounds = Map.of(Member.TARGET, look);
            assertEquals(first, sent(100 << 10, S / 5), 1, "round " + look);
        }
    }

    @Test
    void aPathCarriesNoMoreThanItsLimit() {
        rate.limit(MIB);
        assertEquals(0, sent(0, 0), "not known yet");
        for (int second = 0; second < 4; second++) {
            sent(MIB / 2, S);
        }
        assertEquals(0, sent(MIB / 2, S), "not known yet");
        rate.limit(8 * MIB);
        sent(20 * MIB, S);
        assertEquals(8 * MIB, sent(20 * MIB, S));
    }

    @Test
    void aLimitThatIsLiftedGivesBackWhatThePathCarriedWithoutIt() {
        sent(0, 0);
        sent(40 * MIB, S);
        rate.limit(MIB);
        assertEquals(MIB, sent(MIB, S));
        for (int second = 0; second < 8; second++) {
            assertEquals(MIB, sent(MIB, S));
        }
        rate.limit(Bandwidth.UNLIMITED);
        assertEquals(40 * MIB, sent(60 * 4096, S / 3));
    }

    /** All that is known was measured under the limit: small rounds behind it are neither that rate nor a slower one. */
    @Test
    void smallRoundsAfterALimitAreNoSlowPath() {
        rate.limit(MIB);
        sent(0, 0);
        for (int second = 0; second < 8; second++) {
            sent(MIB, S);
        }
        rate.limit(Bandwidth.UNLIMITED);
        for (int round = 0; round < 100; round++) {
            assertEquals(MIB, sent(60 * 4096, S / 3), "round " + round);
        }
        assertEquals(20 * MIB, sent(20 * MIB, S), "now it is known");
        assertEquals(20 * MIB, sent(60 * 4096, S / 3));
    }

    @Test
    void whatWasSentBeforeALimitDoesNotCountForIt() {
        sent(0, 0);
        sent(MIB, S / 10);
        sent(MIB, S / 10);
        rate.limit(50 * MIB);
        sent(3 * MIB, S / 10);
        assertEquals(30 * MIB, sent(3 * MIB, S / 10), MIB);
    }

    @Test
    void looksInQuickSuccessionAreNoPauses() {
        sent(0, 0);
        sent(40 * MIB, S);
        for (int look = 0; look < 400; look++) {
            sent(100 << 10, S / 100); // half as fast
        }
        assertEquals(10_240_000, sent(100 << 10, S / 100), MIB);
    }

    @Test
    void aPathThatIsSlowFromTheStartHasARate() {
        sent(0, 0);
        for (int i = 0; i < 40; i++) {
            sent(128 << 10, S);
        }
        assertEquals(128 << 10, sent(128 << 10, S), 1);
    }
}
