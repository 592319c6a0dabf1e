/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateWindowTest {
    private static final long MS = 1_000_000;

    private final RateWindow rate = new RateWindow(Duration.ofSeconds(2), Duration.ofMillis(100), 0);

    @Test
    void measuresASteadyFlow() {
        for (int i = 1; i <= 400; i++) {
            rate.add(10_000, i * 10L * MS);
        }
        assertNear(1_000_000, rate.bytesPerSecond(4000 * MS));
        assertNear(1_000_000, rate.busyBytesPerSecond());
    }

    @Test
    void aPauseLowersTheRateButNotTheBusyRate() {
        for (int i = 1; i <= 100; i++) {
            rate.add(10_000, i * 10L * MS);
        }
        assertNear(500_000, rate.bytesPerSecond(2000 * MS));
        assertEquals(0, rate.bytesPerSecond(9000 * MS));
        for (int i = 0; i < 20; i++) {
            rate.add(10_000, (9000L + i * 10L) * MS);
        }
        assertNear(1_000_000, rate.busyBytesPerSecond());
    }

    private static void assertNear(long expected, long actual) {
        assertTrue(Math.abs(actual - expected) <= expected / 10, actual + " instead of " + expected);
    }
}
