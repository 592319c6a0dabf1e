/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.journal.JournalDeadException;

/**
 * What blocks of one migration, one step after the other in the order in which it was given, on threads of the host's pool. Any thread may call
 * it; nothing here blocks. A running step is never interrupted: an interrupt closes whatever channel its thread writes to, the journal's too.
 */
final class WorkQueue {

    private static final Logger LOG = LoggerFactory.getLogger(WorkQueue.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Loop<?> loop;
    private final Duration firstPause;
    private final Deque<Step> waiting = new ArrayDeque<>();
    private @Nullable Step running;

    /** One step and what becomes of its failure. */
    private static final class Step {
        private final Runnable task;
        private final Consumer<RuntimeException> failed;
        private final boolean untilDone;
        private Duration pause;

        Step(Runnable task, Consumer<RuntimeException> failed, boolean untilDone, Duration pause) {
            this.task = task;
            this.failed = failed;
            this.untilDone = untilDone;
            this.pause = pause;
        }
    }

    /** Works for the migration of {@code loop}. */
    WorkQueue(Loop<?> loop) {
        this(loop, FIRST_PAUSE);
    }

    /** As above, with a first pause between two tries of its own. */
    WorkQueue(Loop<?> loop, Duration firstPause) {
        this.loop = loop;
        this.firstPause = firstPause;
    }

    /** Runs {@code task} once all steps before have ended; {@code failed} gets what it throws, before the next step begins. */
    void then(Runnable task, Consumer<RuntimeException> failed) {
        add(new Step(task, failed, false, firstPause));
    }

    /** Runs {@code task} in its turn, again and again with growing pauses until it throws nothing; the steps behind it wait. */
    void untilDone(String what, Runnable task) {
        add(new Step(task, e -> LOG.warn("{} failed and is tried again", what, e), true, firstPause));
    }

    /**
     * Drops what waits and runs {@code task} until it is done, as {@link #untilDone}. The step that runs now is waited for, but no longer than
     * {@code patience}: a call that hangs in the tool stack holds nothing up for ever.
     */
    synchronized void instead(String what, Runnable task, Duration patience) {
        waiting.clear();
        Step outlasted = running;
        untilDone(what, task);
        if (outlasted != null) {
            loop.later(patience, () -> outlast(outlasted, what));
        }
    }

    private synchronized void add(Step step) {
        waiting.add(step);
        if (running == null) {
            next();
        }
    }

    private void next() {
        running = waiting.poll();
        if (running != null) {
            run(running);
        }
    }

    private void run(Step step) {
        loop.work(
                () -> {
                    try {
                        step.task.run();
                    } catch (JournalDeadException e) {
                        DeadJournal.halt(e);
                    }
                    ended(step);
                },
                e -> {
                    step.failed.accept(e);
                    if (step.untilDone) {
                        later(step);
                    } else {
                        ended(step);
                    }
                });
    }

    private synchronized void later(Step step) {
        if (running == step) {
            loop.later(step.pause, () -> again(step));
            Duration doubled = step.pause.multipliedBy(2);
            step.pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
        }
    }

    private synchronized void again(Step step) {
        if (running == step) {
            run(step);
        }
    }

    private synchronized void ended(Step step) {
        if (running == step) {
            next();
        }
    }

    private synchronized void outlast(Step step, String what) {
        if (running == step) {
            LOG.error("a step hangs; {} goes ahead beside it", what);
            next();
        }
    }
}
