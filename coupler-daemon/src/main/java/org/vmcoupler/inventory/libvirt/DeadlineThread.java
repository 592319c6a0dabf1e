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

    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "libvirt");
        made.setDaemon(true);
        return made;
    });
    private final Duration deadline;
    private volatile @Nullable Future<?> stuck;

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
            throw new SilentException("libvirt has still not answered an earlier question.");
        }
        return ask(call, deadline);
    }

    /**
     * Returns what {@code call} returns, and waits for what was asked before. A call whose time is over before its turn comes is not made.
     *
     * @param patience longest time, of its own
     * @throws InventoryException libvirt said no, or nothing in time; the message is a sentence
     */
    <T> T ask(Callable<T> call, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        Future<T> answer = thread.submit(() -> {
            if (System.nanoTime() - end >= 0) {
                throw new SilentException("Nobody waits for the answer any more.");
            }
            return call.call();
        });
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            stuck = answer;
            throw new SilentException("libvirt did not answer within " + patience.toMillis() + " ms.", e);
        } catch (InterruptedException e) {
            stuck = answer;
            Thread.currentThread().interrupt();
            throw new InventoryException("The daemon is ending.", e);
        } catch (ExecutionException e) {
            throw told(e.getCause());
        }
    }

    /** Tells whether a question whose time is over has still no answer. */
    boolean hangs() {
        Future<?> earlier = stuck;
        return earlier != null && !earlier.isDone();
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
