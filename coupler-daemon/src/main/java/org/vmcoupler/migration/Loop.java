/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.vmcoupler.journal.JournalDeadException;

/** The one thread of a migration: handles events in the order in which they came. */
final class Loop<E> {

    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

    private final String migrationId;
    private final Consumer<E> handler;
    private final ExecutorService workers;
    private final ScheduledExecutorService thread;

    Loop(String migrationId, ExecutorService workers, Consumer<E> handler) {
        this.migrationId = migrationId;
        this.workers = workers;
        this.handler = handler;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread t = new Thread(task, "migration-" + migrationId.substring(0, 8));
            t.setDaemon(true);
            return t;
        });
    }

    /** Lets the handler have {@code event} later, in order; an event after the end is dropped. */
    void post(E event) {
        run(() -> handler.accept(event));
    }

    /** Posts {@code event} again and again until the end. */
    void every(Duration interval, E event) {
        thread.scheduleWithFixedDelay(
                guarded(() -> handler.accept(event)), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Runs something on this thread once, after {@code delay}. */
    void later(Duration delay, Runnable task) {
        try {
            thread.schedule(guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("something was put off beyond the end", e);
        }
    }

    /** Runs something that blocks on a worker; what it throws goes to {@code failed} there. */
    void work(Runnable task, Consumer<RuntimeException> failed) {
        workers.execute(() -> {
            MDC.put("migration", migrationId);
            try {
                task.run();
            } catch (JournalDeadException e) {
                over(e);
            } catch (RuntimeException e) {
                LOG.debug("a step failed", e);
                failed.accept(e);
            } finally {
                MDC.remove("migration");
            }
        });
    }

    /** Ends the thread after what is queued. */
    void end() {
        thread.shutdown();
    }

    /** Runs something on this thread, in order. */
    void run(Runnable task) {
        try {
            thread.execute(guarded(task));
        } catch (RejectedExecutionException e) {
            LOG.debug("an event came after the end", e);
        }
    }

    /** A journal that has died has ended the process already; this one was closed, and whatever this was is left to the next start. */
    private static void over(JournalDeadException e) {
        LOG.info("the daemon ends: {}", e.getMessage());
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            MDC.put("migration", migrationId);
            try {
                task.run();
            } catch (JournalDeadException e) {
                over(e);
            } catch (RuntimeException e) {
                LOG.error("a fault of ours in the migration's thread", e);
            } finally {
                MDC.remove("migration");
            }
        };
    }
}
