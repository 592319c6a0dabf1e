/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.relay;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Measures bytes per second over a sliding window. Any thread; times are those of {@link System#nanoTime}. */
final class RateWindow {
    private static final int SLICES = 20;

    private record Slice(long startNanos, long bytes, long busyNanos) {}

    private final long windowNanos;
    private final long pauseNanos;
    private final Deque<Slice> slices = new ArrayDeque<>();
    private Slice current;
    private long lastNanos;
    private long busyRate;

    /**
     * Makes an empty window.
     *
     * @param window the past that counts
     * @param pause a longer gap between two additions is a pause of the sender, not slowness of the path
     */
    RateWindow(Duration window, Duration pause, long nowNanos) {
        windowNanos = window.toNanos();
        pauseNanos = pause.toNanos();
        current = new Slice(nowNanos, 0, 0);
        lastNanos = nowNanos;
    }

    synchronized void add(long bytes, long nowNanos) {
        long gap = nowNanos - lastNanos;
        lastNanos = nowNanos;
        current = new Slice(
                current.startNanos(), current.bytes() + bytes, current.busyNanos() + (gap > pauseNanos ? 0 : gap));
        if (nowNanos - current.startNanos() >= windowNanos / SLICES) {
            slices.addLast(current);
            current = new Slice(nowNanos, 0, 0);
            long busyNanos = slices.stream().mapToLong(Slice::busyNanos).sum();
            if (busyNanos > 0) {
                busyRate = perSecond(slices.stream().mapToLong(Slice::bytes).sum(), busyNanos);
            }
            if (slices.size() > SLICES) {
                slices.removeFirst();
            }
        }
    }

    /** Returns the rate over the window that ends at {@code nowNanos}; falls to 0 when nothing is added. */
    synchronized long bytesPerSecond(long nowNanos) {
        long bytes = current.startNanos() > nowNanos - windowNanos ? current.bytes() : 0;
        for (Slice slice : slices) {
            bytes += slice.startNanos() > nowNanos - windowNanos ? slice.bytes() : 0;
        }
        return perSecond(bytes, windowNanos);
    }

    /** Returns the rate over the last slices with pauses left out; stays when nothing is added. */
    synchronized long busyBytesPerSecond() {
        return busyRate;
    }

    private static long perSecond(long bytes, long nanos) {
        return (long) (bytes * 1e9 / nanos);
    }
}
