/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vmcoupler.time.Poll;

/** Steps of one migration on a pool of many threads. */
class WorkQueueTest {

    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final Loop<String> loop = new Loop<>("0000000000", workers, event -> {});
    private final WorkQueue queue = new WorkQueue(loop, PAUSE);
    private final List<String> log = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        loop.end();
        workers.shutdownNow();
    }

    private Runnable say(String what) {
        return () -> log.add(what);
    }

    private static void wait(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void untilSaid(String last) {
        assertTrue(Poll.until(() -> log.contains(last), LONG, Duration.ofMillis(1)), log::toString);
    }

    @Test
    void stepsRunOneAfterTheOtherInOrder() {
        AtomicInteger atOnce = new AtomicInteger();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String name = "step " + i;
            expected.add(name);
            queue.then(
                    () -> {
                        assertEquals(1, atOnce.incrementAndGet());
                        log.add(name);
                        atOnce.decrementAndGet();
                    },
                    e -> log.add("failed"));
        }
        untilSaid("step 199");
        assertEquals(expected, log);
    }

    @Test
    void aFailureIsToldBeforeTheNextStepBegins() {
        queue.then(
                () -> {
                    throw new IllegalStateException("broken");
                },
                e -> log.add(String.valueOf(e.getMessage())));
        queue.then(say("next"), e -> log.add("failed"));
        untilSaid("next");
        assertEquals(List.of("broken", "next"), log);
    }

    @Test
    void whatMustBeDoneIsTriedUntilItIsAndTheStepsBehindItWait() {
        AtomicInteger tries = new AtomicInteger();
        queue.untilDone("this", () -> {
            log.add("try");
            if (tries.incrementAndGet() < 3) {
                throw new IllegalStateException("not yet");
            }
        });
        queue.then(say("next"), e -> log.add("failed"));
        untilSaid("next");
        assertEquals(List.of("try", "try", "try", "next"), log);
    }

    @Test
    void theLastStepDropsWhatWaitsAndLetsTheRunningOneEnd() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        queue.then(
                () -> {
                    begun.countDown();
                    wait(goOn);
                    log.add("running");
                },
                e -> log.add("failed"));
        wait(begun);
        queue.then(say("dropped"), e -> log.add("failed"));
        queue.instead("the last", say("last"), LONG);
        goOn.countDown();
        untilSaid("last");
        assertEquals(List.of("running", "last"), log);
    }

    @Test
    void aStepThatHangsIsOutlastedAndItsEndStartsNothing() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        queue.then(
                () -> {
                    begun.countDown();
                    wait(goOn);
                    log.add("woke up");
                },
                e -> log.add("failed"));
        wait(begun);
        queue.instead("the last", say("last"), Duration.ofMillis(20));
        untilSaid("last");
        assertFalse(log.contains("woke up"));
        goOn.countDown();
        untilSaid("woke up");
        queue.then(say("after"), e -> log.add("failed"));
        untilSaid("after");
        assertEquals(List.of("last", "woke up", "after"), log);
    }

    @Test
    void aStepThatIsTriedAgainAndAgainIsDroppedByTheLastOne() {
        queue.untilDone("a pause", () -> {
            log.add("try");
            throw new IllegalStateException("never");
        });
        untilSaid("try");
        queue.instead("the last", say("last"), Duration.ofMillis(20));
        untilSaid("last");
        int tries = log.size();
        assertFalse(Poll.until(() -> log.size() > tries, Duration.ofMillis(100), PAUSE), log::toString);
    }
}
