/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** How often a target has suspended itself of late. */
class SelfSuspendsTest {

    private static final long FAR = SelfSuspends.FORGOTTEN_AFTER.toNanos();

    private final SelfSuspends suspends = new SelfSuspends();

    @Test
    void eachCountsThatIsNotLongAfterTheOneBefore() {
        long now = Long.MAX_VALUE - 1; // the clock may wrap
        assertEquals(1, suspends.with(now));
        suspends.add(now);
        suspends.add(now + FAR - 1);
        assertEquals(3, suspends.with(now + FAR));
        suspends.add(now + FAR);
        assertEquals(4, suspends.with(now + 2 * FAR - 1));
    }

    @Test
    void theFirstAfterALongTimeIsTheFirstAgain() {
        suspends.add(0);
        suspends.add(1);
        assertEquals(1, suspends.with(1 + FAR));
        suspends.add(1 + FAR);
        assertEquals(2, suspends.with(2 + FAR));
    }
}
