/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PollTest {

    @Test
    void returnsTheFirstValueOnceItAppears() {
        AtomicInteger tries = new AtomicInteger();
        Optional<String> value = Poll.value(
                () -> tries.incrementAndGet() < 3 ? Optional.empty() : Optional.of("there"),
                Duration.ofSeconds(20),
                Duration.ofMillis(1));
        assertEquals(Optional.of("there"), value);
        assertEquals(3, tries.get());
    }

    @Test
    void triesAtLeastOnceWhenTheDeadlineHasPassed() {
        assertTrue(Poll.until(() -> true, Duration.ZERO, Duration.ofMillis(1)));
        assertFalse(Poll.until(() -> false, Duration.ZERO, Duration.ofMillis(1)));
    }

    @Test
    void anInterruptEndsTheWaitAndStaysVisible() {
        Thread.currentThread().interrupt();
        assertFalse(Poll.until(() -> false, Duration.ofSeconds(20), Duration.ofMillis(1)));
        assertTrue(Thread.interrupted());
    }
}
