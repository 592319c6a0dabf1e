/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ClockOffsetTest {

    @Test
    void theFastestPingCounts() {
        ClockOffset offset = new ClockOffset();
        assertTrue(offset.estimate().isEmpty());
        offset.add(1_000, 6_000, 3_000);
        offset.add(10_000, 15_050, 10_100);
        offset.add(20_000, 29_000, 24_000);
        offset.add(30_000, 29_000, 29_500);
        assertEquals(new ClockOffset.Estimate(5_000, 50), offset.estimate().orElseThrow());
    }

    @Test
    void anOldPingIsForgotten() {
        ClockOffset offset = new ClockOffset();
        offset.add(0, 500, 10);
        for (int i = 0; i < 100; i++) {
            offset.add(0, 1_000, 200);
        }
        assertEquals(new ClockOffset.Estimate(900, 100), offset.estimate().orElseThrow());
    }
}
