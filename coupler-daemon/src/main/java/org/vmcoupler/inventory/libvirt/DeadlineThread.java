/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.inventory.libvirt;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.libvirt.LibvirtException;
import org.vmcoupler.inventory.InventoryException;
import org.vmcoupler.inventory.SilentException;

/**
 * One thread that talks to libvirt, and callers that wait for it until a deadline. A call that is stuck in libvirt cannot be ended; while it is,
 * others fail at once, but for those that are patient. Any thread.
 */
final class DeadlineThread implements AutoCloseable {

    private static final String STILL = "libvirt has still not answered an earlier question.";

    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "libvirt");
        made.setDaemon(true);
        return made;
    });
    private final Duration deadline;
    private volatile @Nullable Stuck stuck;
    private long end;

    /** A question whose time is over. */
    private record Stuck(Future<?> answer, boolean patient) {}

    DeadlineThread(Duration deadline) {
        this.deadline = deadline;
    }

    /**
     * Returns what {@code call} returns.
     *
     * @throws InventoryException libvirt said no, or nothing in time; the message is a sentence
     */
    <T> T ask(Callable<T> call) {
        if (hangs()) {
            throw new SilentException(STILL);
        }
        return ask(call, deadline, false);
    }

    /**
     * Returns what {@code call} returns, and waits for what was asked before, unless somebody has done so in vain. A call whose time is over before
     * its turn comes is not made.
     *
     * @param patience longest time, of its own
     * @throws InventoryException libvirt said no, or nothing in time; the message is a sentence
     */
    <T> T ask(Callable<T> call, Duration patience) {
        Stuck earlier = stuck;
        if (earlier != null && earlier.patient() && hangs()) {
            throw new SilentException(STILL);
        }
        return ask(call, patience, true);
    }

    private <T> T ask(Callable<T> call, Duration limit, boolean patient) {
        long itsEnd = System.nanoTime() + limit.toNanos();
        Future<T> answer = thread.submit(() -> {
            end = itsEnd;
            inTime();
            return call.call();
        });
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            note(new Stuck(answer, patient));
            throw new SilentException("libvirt did not answer within " + limit.toMillis() + " ms.", e);
        } catch (InterruptedException e) {
            note(new Stuck(answer, patient));
            Thread.currentThread().interrupt();
            throw new SilentException("The daemon is ending.", e);
        } catch (ExecutionException e) {
            throw told(e.getCause());
        }
    }

    /** One that somebody has waited for patiently, in vain, is not forgotten for one that waits behind it. */
    private synchronized void note(Stuck now) {
        Stuck earlier = stuck;
        if (now.patient()
                || earlier == null
                || !earlier.patient()
                || earlier.answer().isDone()) {
            stuck = now;
        }
    }

    /** Tells whether a question whose time is over has still no answer. */
    boolean hangs() {
        Stuck earlier = stuck;
        return earlier != null && !earlier.answer().isDone();
    }

    /**
     * To be called by a call before it changes something.
     *
     * @throws SilentException whoever has asked has been told that it was not done
     */
    void inTime() {
        if (System.nanoTime() - end >= 0) {
            throw new SilentException("Nobody waits for the answer any more.");
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }

    private static InventoryException told(@Nullable Throwable cause) {
        if (cause instanceof InventoryException said) {
            return said;
        }
        if (cause instanceof LibvirtException said) {
            return new InventoryException(
                    "libvirt says: " + String.valueOf(said.getMessage()).strip() + ".", said);
        }
        if (cause instanceof LinkageError missing) {
            return new InventoryException(
                    "libvirt's library cannot be loaded (Debian: libvirt0): "
                            + String.valueOf(missing.getMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse("") + ".",
                    missing);
        }
        return new InventoryException(
                "libvirt could not be asked: " + cause + ".", cause == null ? new Throwable() : cause);
    }
}
