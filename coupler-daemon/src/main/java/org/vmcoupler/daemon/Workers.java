/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.time.Poll;

/** Threads for what blocks, as many as needed; what they use; and the end of both with the daemon. */
final class Workers {

    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final Duration KEPT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(20);

    private final ThreadPoolExecutor pool;
    private final Deque<AutoCloseable> used = new ArrayDeque<>();
    private final List<BooleanSupplier> idle = new CopyOnWriteArrayList<>();

    Workers(ThreadFactory threads) {
        pool = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                KEPT.toSeconds(),
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                threads,
                (task, over) -> LOG.debug("something came after the end and is left to the next start"));
        idle.add(() -> pool.getActiveCount() == 0);
    }

    ExecutorService pool() {
        return pool;
    }

    /** Takes something to be closed once nothing can use it any more, the latest first. For the thread that calls {@link #end}. */
    <T extends AutoCloseable> T use(T resource) {
        used.push(resource);
        return resource;
    }

    /** Takes somebody else who works with what is used, and who tells whether he has nothing more to do. */
    void waitFor(BooleanSupplier whoIsIdle) {
        idle.add(whoIsIdle);
    }

    /**
     * Takes no more work, waits for what is under way, and closes what was used. If something goes on beyond the deadline nothing is closed: a
     * call into freed memory of libxl would be worse than what the end of the process frees by itself, and the next start takes up the rest.
     *
     * @return whether all was quiet
     */
    boolean end(Duration deadline) {
        boolean quiet = Poll.until(this::idle, deadline, POLL);
        pool.shutdown();
        if (!quiet || !idle() || !ended()) {
            LOG.warn("the daemon ends in the middle of something, which its next start takes up");
            return false;
        }
        while (!used.isEmpty()) {
            close(used.pop());
        }
        return true;
    }

    private boolean idle() {
        return idle.stream().allMatch(BooleanSupplier::getAsBoolean);
    }

    private boolean ended() {
        try {
            return pool.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whatever a close throws must not keep the others open. */
    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            LOG.warn("{} cannot be closed", resource, e);
        }
    }
}
