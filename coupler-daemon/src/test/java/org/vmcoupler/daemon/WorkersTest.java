/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The end of the daemon: nothing that a worker may still use is closed under it. */
class WorkersTest {

    private static final Duration SHORT = Duration.ofMillis(30);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Workers workers = new Workers(Thread::new);
    private final List<String> closed = new CopyOnWriteArrayList<>();

    @Test
    void whatIsUsedIsClosedInReverseOrderWhenAllIsQuiet() {
        workers.use((AutoCloseable) () -> closed.add("first"));
        workers.use((AutoCloseable) () -> closed.add("second"));
        assertTrue(workers.end(SHORT));
        assertEquals(List.of("second", "first"), closed);
    }

    @Test
    void aWorkerIsWaitedFor() throws Exception {
        workers.use((AutoCloseable) () -> closed.add("libxl"));
        CountDownLatch begun = new CountDownLatch(1);
        workers.pool().execute(() -> {
            begun.countDown();
            closed.add("work");
        });
        assertTrue(begun.await(20, TimeUnit.SECONDS));
        assertTrue(workers.end(LONG));
        assertEquals(List.of("work", "libxl"), closed);
    }

    @Test
    void nothingIsClosedUnderAWorkerThatGoesOn() throws Exception {
        workers.use((AutoCloseable) () -> closed.add("libxl"));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        workers.pool().execute(() -> {
            begun.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertTrue(begun.await(20, TimeUnit.SECONDS));
        assertFalse(workers.end(SHORT));
        assertEquals(List.of(), closed);
        end.countDown();
    }

    @Test
    void nothingIsClosedWhileAnAttemptIsOpen() {
        workers.use((AutoCloseable) () -> closed.add("journal"));
        workers.waitFor(() -> false);
        assertFalse(workers.end(SHORT));
        assertEquals(List.of(), closed);
    }

    @Test
    void whatComesAfterTheEndIsDropped() {
        assertTrue(workers.end(SHORT));
        workers.pool().execute(() -> closed.add("late"));
        assertEquals(List.of(), closed);
    }
}
