/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class LockstepTest {

    private static final double RATE = 4096 * 1000.0; // 1,000 pages a second, so a page a millisecond
    private static final PreCopyLimits LIMITS = new PreCopyLimits(300, 10, 60_000, OnTimeout.CANCEL);

    @Test
    void predictsNothingBeforeBothHaveSentAllOnce() {
        Lockstep lockstep = Lockstep.start(LIMITS, 0)
                .asked(Member.TARGET, before(0, 32_768), 0)
                .asked(Member.GUARD, before(1, 10), 0);
        assertEquals(Optional.empty(), lockstep.predictedMs(RATE));
        assertFalse(lockstep.fits(RATE));
    }

    @Test
    void predictsTheSumOfBothWithTheDeferredPages() {
        Lockstep lockstep = both(before(2, 100), Lockstep.Count.of(2, 150, 50));
        assertEquals(Optional.of(300L), lockstep.predictedMs(RATE));
        assertTrue(lockstep.fits(RATE));
        assertFalse(both(before(2, 101), Lockstep.Count.of(2, 150, 50)).fits(RATE));
    }

    @Test
    void predictsNothingWithoutAMeasuredRate() {
        assertFalse(both(before(2, 1), before(2, 1)).fits(0));
    }

    @Test
    void aNearDomainRestsWhileItsPeerIsFarButNotForEver() {
        Lockstep lockstep = both(before(1, 5_000), before(1, 10)).asked(Member.GUARD, after(2), 1_000);
        assertFalse(lockstep.shouldContinue(Member.GUARD, RATE, 1_000));
        assertTrue(lockstep.shouldContinue(Member.GUARD, RATE, 1_000 + Lockstep.HOLD_MS));
        assertTrue(lockstep.shouldContinue(Member.TARGET, RATE, 1_000));
    }

    @Test
    void aNearDomainCountsAgainOnceItsPeerIsNear() {
        Lockstep lockstep = both(before(1, 10), before(1, 200)).asked(Member.GUARD, after(2), 1_000);
        assertTrue(lockstep.shouldContinue(Member.GUARD, RATE, 1_000));
    }

    @Test
    void anOldCountAloneIsNotEnoughToStop() {
        Lockstep lockstep = Lockstep.start(LIMITS, 0)
                .asked(Member.TARGET, before(1, 10), 0)
                .answered(Member.TARGET)
                .asked(Member.GUARD, before(1, 10), 0)
                .answered(Member.GUARD)
                .asked(Member.GUARD, after(2), 0);
        assertFalse(lockstep.fits(RATE));
    }

    @Test
    void theLimitsAreRoundsAndTime() {
        assertFalse(both(before(9, 5_000), before(2, 10)).exhausted(59_999));
        assertTrue(both(before(10, 5_000), before(2, 10)).exhausted(0));
        assertFalse(both(before(0, 5_000), before(10, 10)).exhausted(0));
        assertTrue(both(before(1, 5_000), before(2, 10)).exhausted(60_000));
    }

    private static Lockstep both(Lockstep.Count target, Lockstep.Count guard) {
        return Lockstep.start(LIMITS, 0).asked(Member.TARGET, target, 0).asked(Member.GUARD, guard, 0);
    }

    private static Lockstep.Count before(int iteration, long dirty) {
        return Lockstep.Count.of(iteration, dirty, 0);
    }

    private static Lockstep.Count after(int iteration) {
        return Lockstep.Count.of(iteration, -1, 0);
    }
}
