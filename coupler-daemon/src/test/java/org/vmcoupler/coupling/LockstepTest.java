/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LockstepTest {

    private static final double RATE = 4096 * 1000.0; // 1,000 pages a second, so a page a millisecond
    private static final long NOW = 10_000;
    private static final PreCopyLimits LIMITS = new PreCopyLimits(300, 10, 60_000, OnTimeout.CANCEL);

    @Test
    void predictsNothingBeforeBothHaveSentAllOnce() {
        Lockstep lockstep = Lockstep.start(LIMITS, 0)
                .asked(Member.TARGET, before(0, 32_768), 0)
                .asked(Member.GUARD, before(1, 10), 0);
        assertEquals(Optional.empty(), lockstep.predictedMs(RATE, 0));
        assertFalse(lockstep.fits(RATE, 0));
    }

    @Test
    void predictsTheSumOfBothWithTheDeferredPages() {
        Lockstep lockstep = both(before(2, 100), Lockstep.Count.of(2, 150, 50));
        assertEquals(Optional.of(300L), lockstep.predictedMs(RATE, NOW));
        assertTrue(lockstep.fits(RATE, NOW));
        assertFalse(both(before(2, 101), Lockstep.Count.of(2, 150, 50)).fits(RATE, NOW));
    }

    @Test
    void whatWasWrittenInOneTimeIsWrittenAgainInEachFurtherOne() {
        // 100 pages of each in a second; the coming rounds take 200 ms, so after 800 ms more no more than that is
        // written
        Lockstep lockstep = both(before(2, 100), before(2, 100));
        assertEquals(Optional.of(200L), lockstep.predictedMs(RATE, NOW + 800));
        assertEquals(Optional.of(240L), lockstep.predictedMs(RATE, NOW + 999));
        assertEquals(Optional.of(640L), lockstep.predictedMs(RATE, NOW + 2_999));
        assertFalse(lockstep.fits(RATE, NOW + 3_000));
    }

    @Test
    void deferredPagesDoNotGrowAndNoneFoundCountsAsOne() {
        Lockstep lockstep = both(Lockstep.Count.of(2, 0, 50), Lockstep.Count.of(2, 0, 50));
        assertEquals(Optional.of(100L + 2 * 9), lockstep.predictedMs(RATE, NOW + 9_000));
    }

    @Test
    void whatIsWrittenCountsFromWhenTheRecordWasReadNotFromTheQuestion() {
        // the guard's record is read from NOW + 1,000 to NOW + 3,000, and has what was written since NOW
        Lockstep lockstep = both(before(2, 10), before(2, 10))
                .answered(List.of(Member.GUARD), NOW)
                .asked(Member.GUARD, after(3), NOW + 10)
                .answered(List.of(Member.GUARD), NOW + 1_000)
                .asked(Member.GUARD, before(3, 100), NOW + 3_000);
        // both rounds that are counted take 110 ms: 10 of the target in each second, 3,110 ms after its reading; 100 of
        // the guard in each
        // second, 2,110 ms after
        assertEquals(Optional.of(32L + 211L), lockstep.predictedMs(RATE, NOW + 3_000));
    }

    @Test
    void predictsNothingWithoutAMeasuredRate() {
        assertFalse(both(before(2, 1), before(2, 1)).fits(0, NOW));
    }

    @Test
    void aNearDomainRestsWhileItsPeerIsFarButNotForEver() {
        Lockstep lockstep = both(before(2, 5_000), before(2, 10)).asked(Member.GUARD, after(3), NOW);
        assertEquals(List.of(Member.TARGET), lockstep.toContinue(RATE, NOW));
        assertEquals(List.of(Member.TARGET, Member.GUARD), lockstep.toContinue(RATE, NOW + Lockstep.HOLD_MS));
    }

    @Test
    void whoeverHasSentAllWaitsUntilItsPeerHas() {
        Lockstep lockstep = Lockstep.start(LIMITS, 0)
                .asked(Member.TARGET, before(0, 32_768), NOW)
                .asked(Member.GUARD, before(0, 65_536), NOW)
                .answered(List.of(Member.values()), NOW)
                .asked(Member.TARGET, after(1), NOW);
        long later = NOW + 2 * Lockstep.HOLD_MS;
        assertEquals(List.of(), lockstep.toContinue(RATE, later));
        lockstep = lockstep.asked(Member.GUARD, after(1), later);
        assertEquals(List.of(Member.TARGET, Member.GUARD), lockstep.toContinue(RATE, later));
        lockstep = lockstep.answered(lockstep.pending(), later)
                .asked(Member.TARGET, before(1, 30_000), later)
                .answered(List.of(Member.TARGET), later)
                .asked(Member.TARGET, after(2), later);
        assertEquals(List.of(), lockstep.toContinue(RATE, later + 2 * Lockstep.HOLD_MS), "the guard is being counted");
        assertEquals(
                List.of(Member.TARGET, Member.GUARD),
                lockstep.asked(Member.GUARD, before(1, 10), later).toContinue(RATE, later));
    }

    @Test
    void thePagesOfTheFirstRoundAreNoCount() {
        Lockstep lockstep =
                sentOnce(LIMITS).answered(List.of(Member.TARGET), NOW).asked(Member.TARGET, before(1, 10), NOW);
        assertEquals(Optional.empty(), lockstep.predictedMs(RATE, NOW));
        assertEquals(-1, lockstep.pagesLeft(Member.GUARD));
        assertEquals(10, lockstep.pagesLeft(Member.TARGET));
    }

    @Test
    void twoNearDomainsAreCountedTogether() {
        Lockstep lockstep = both(before(2, 290), before(2, 290));
        assertEquals(List.of(Member.TARGET, Member.GUARD), lockstep.toContinue(RATE, NOW));
        lockstep = lockstep.answered(lockstep.pending(), NOW).asked(Member.TARGET, after(3), NOW + 300);
        assertEquals(List.of(), lockstep.toContinue(RATE, NOW + 300));
        lockstep = lockstep.asked(Member.GUARD, after(3), NOW + 310);
        assertEquals(List.of(Member.TARGET, Member.GUARD), lockstep.toContinue(RATE, NOW + 310));
    }

    @Test
    void aDomainThatWasCountedWaitsForItsPeerToBeCountedButNotForEver() {
        Lockstep lockstep = both(before(2, 290), before(2, 290))
                .answered(List.of(Member.GUARD), NOW)
                .asked(Member.GUARD, after(3), NOW);
        assertEquals(List.of(Member.GUARD), lockstep.toContinue(RATE, NOW));
        lockstep = lockstep.answered(List.of(Member.GUARD), NOW);
        assertEquals(List.of(), lockstep.toContinue(RATE, NOW));
        assertEquals(List.of(Member.TARGET), lockstep.toContinue(RATE, NOW + Lockstep.HOLD_MS));
    }

    @Test
    void aRoundIsSentFromItsCountUntilItsEnd() {
        Lockstep lockstep = both(before(2, 290), before(2, 290));
        assertEquals(Map.of(), lockstep.sending(), "both wait for an answer");
        lockstep = lockstep.answered(List.of(Member.TARGET), NOW);
        assertEquals(Map.of(Member.TARGET, 2), lockstep.sending());
        lockstep = lockstep.asked(Member.TARGET, after(3), NOW + 300);
        assertEquals(Map.of(), lockstep.sending(), "it has ended");
        lockstep = lockstep.answered(List.of(Member.TARGET), NOW + 300);
        assertEquals(Map.of(), lockstep.sending(), "it is counted");
    }

    @Test
    void anOldCountAloneIsNotEnoughToStop() {
        Lockstep lockstep = both(before(2, 10), before(2, 10));
        assertTrue(lockstep.fits(RATE, NOW));
        lockstep = lockstep.answered(lockstep.pending(), NOW);
        assertFalse(lockstep.fits(RATE, NOW));
        assertFalse(lockstep.asked(Member.GUARD, after(3), NOW).fits(RATE, NOW));
    }

    @Test
    void theLimitsAreRoundsAndTime() {
        assertFalse(both(before(9, 5_000), before(2, 10)).exhausted(59_999));
        assertTrue(both(before(10, 5_000), before(2, 10)).exhausted(NOW));
        assertFalse(both(before(0, 5_000), before(10, 10)).exhausted(NOW));
        assertTrue(both(before(1, 5_000), before(2, 10)).exhausted(60_000));
        Lockstep uncounted = sentOnce(new PreCopyLimits(300, 1, 60_000, OnTimeout.CANCEL));
        assertFalse(uncounted.exhausted(NOW), "not before it is known what is left");
    }

    /** Both have sent all of their memory once, and nothing is counted since. */
    private static Lockstep sentOnce(PreCopyLimits limits) {
        return Lockstep.start(limits, 0)
                .asked(Member.TARGET, before(0, 32_768), NOW)
                .asked(Member.GUARD, before(0, 65_536), NOW)
                .answered(List.of(Member.values()), NOW)
                .asked(Member.TARGET, after(1), NOW)
                .asked(Member.GUARD, after(1), NOW);
    }

    /** Both are counted at NOW, one second after they were counted first. */
    private static Lockstep both(Lockstep.Count target, Lockstep.Count guard) {
        List<Member> all = List.of(Member.values());
        Lockstep counted = Lockstep.start(LIMITS, 0)
                .asked(Member.TARGET, before(0, 32_768), NOW - 1_000)
                .asked(Member.GUARD, before(0, 65_536), NOW - 1_000)
                .answered(all, NOW - 1_000)
                .asked(Member.TARGET, after(1), NOW)
                .asked(Member.GUARD, after(1), NOW)
                .answered(all, NOW);
        return counted.asked(Member.TARGET, target, NOW).asked(Member.GUARD, guard, NOW);
    }

    private static Lockstep.Count before(int iteration, long dirty) {
        return Lockstep.Count.of(iteration, dirty, 0);
    }

    private static Lockstep.Count after(int iteration) {
        return Lockstep.Count.of(iteration, -1, 0);
    }
}
