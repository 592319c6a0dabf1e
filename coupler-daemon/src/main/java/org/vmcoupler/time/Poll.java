/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.time;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition with a deadline; the only place where a thread of the daemon waits for time to pass. */
public final class Poll {

    private Poll() {}

    /**
     * Tells whether {@code condition} became true before {@code deadline} passed. Blocks the calling thread, which must not be an event loop;
     * the condition is tried at once and at least once more at the end.
     *
     * @param deadline longest wait, from now
     * @param interval pause between two tries
     */
    public static boolean until(BooleanSupplier condition, Duration deadline, Duration interval) {
        return value(() -> condition.getAsBoolean() ? Optional.of(Boolean.TRUE) : Optional.empty(), deadline, interval)
                .isPresent();
    }

    /**
     * Returns the first value that {@code source} gives before {@code deadline} passed, or empty. An interrupt ends the wait; the thread's
     * interrupt flag stays set.
     *
     * @param deadline longest wait, from now
     * @param interval pause between two tries
     */
    public static <T> Optional<T> value(Supplier<Optional<T>> source, Duration deadline, Duration interval) {
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            boolean last =
                    System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted();
            Optional<T> value = source.get();
            if (value.isPresent() || last) {
                return value;
            }
            LockSupport.parkNanos(Math.min(interval.toNanos(), Math.max(1, end - System.nanoTime())));
        }
    }
}
