/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.control;

import java.util.Optional;

/**
 * How far the peer's clock is ahead of ours, from the ping of the newest 32 that came back fastest. Not thread-safe.
 *
 * <p>Source: RFC 5905, section 8 (offset from one exchange, bounded by half the round trip).
 */
public final class ClockOffset {

    /** Pings that are looked at. */
    public static final int WINDOW = 32;

    private final long[] rttNs = new long[WINDOW];
    private final long[] offsetNs = new long[WINDOW];
    private int count;

    /**
     * The estimate.
     *
     * @param offsetNs peer's clock minus ours
     * @param errorNs it is off by at most this, 0 or more
     */
    public record Estimate(long offsetNs, long errorNs) {}

    /**
     * Takes one exchange in. All in nanoseconds; one whose answer came before it was sent (our clock was set back) is left out.
     *
     * @param sentNs our clock when the ping left
     * @param answeredNs the peer's clock when it answered
     * @param receivedNs our clock when the pong came
     */
    public void add(long sentNs, long answeredNs, long receivedNs) {
        long rtt = receivedNs - sentNs;
        if (rtt < 0) {
            return;
        }
        rttNs[count % WINDOW] = rtt;
        offsetNs[count % WINDOW] = answeredNs - (sentNs + rtt / 2);
        count = count + 1 == 2 * WINDOW ? WINDOW : count + 1;
    }

    /** Returns the estimate, or empty before the first exchange. */
    public Optional<Estimate> estimate() {
        if (count == 0) {
            return Optional.empty();
        }
        int best = 0;
        for (int i = 1; i < Math.min(count, WINDOW); i++) {
            best = rttNs[i] < rttNs[best] ? i : best;
        }
        return Optional.of(new Estimate(offsetNs[best], (rttNs[best] + 1) / 2));
    }
}
