/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import org.vmcoupler.relay.Bandwidth;

/**
 * What the path to the peer carries while there is something to carry: pauses, in which pre-copy waits, do not count. One thread.
 *
 * <p>A rate is taken over pieces of at least {@link #PIECE_BYTES} sent without a pause, so that a few pages sent in a moment say nothing. Once a rate
 * is known, a time of at least {@link #LOOK_NS} in which less than {@link #BUSY_BYTES}, and less than half of what that rate gives, was sent is a
 * pause too: the path has waited for small rounds and their counting. Else a pair that does not fit at once never would, as its small rounds would be
 * taken for a slow path. It is none if all that time more waited to be sent than could be: then it is the path that is slow.
 *
 * <p>A limit of the operator's is the rate at most. When it is raised, the path may carry more than is known, so what is half of that says nothing either.
 */
final class RateEstimate {

    static final long PIECE_BYTES = 4L << 20;
    static final long BUSY_BYTES = 512L << 10;
    static final long LOOK_NS = 100_000_000;

    private long pieceBytes;
    private long pieceNs;
    private long lastBytes;
    private long lastNs;
    private boolean wasFull;
    private double bytesPerSecond;
    private double unlimited;
    private long limit = Bandwidth.UNLIMITED;
    private boolean mayBeFaster;

    /** Takes in what may be sent from now on, in bytes per second or {@link Bandwidth#UNLIMITED}. What was sent before does not count for it. */
    void limit(long most) {
        if (most == limit) {
            return;
        }
        boolean raised = most == Bandwidth.UNLIMITED || (limit != Bandwidth.UNLIMITED && most > limit);
        if (raised) {
            bytesPerSecond = Math.max(bytesPerSecond, unlimited);
        } else if (bytesPerSecond > most) {
            unlimited = bytesPerSecond;
        }
        mayBeFaster |= raised;
        limit = most;
        wasFull = false;
        pieceBytes = 0;
        pieceNs = 0;
    }

    /**
     * Takes in how many bytes have been sent so far, and returns the rate in bytes per second; 0 as long as it is not known.
     *
     * @param bytes never less than before
     * @param full whether something waits to be sent
     * @param nowNs {@link System#nanoTime()}
     */
    double at(long bytes, boolean full, long nowNs) {
        double known = measured(bytes, full, nowNs);
        return limit == Bandwidth.UNLIMITED ? known : Math.min(known, (double) limit);
    }

    private double measured(long bytes, boolean full, long nowNs) {
        long moved = bytes - lastBytes;
        long passed = nowNs - lastNs;
        if (bytesPerSecond > 0 && passed < LOOK_NS) {
            return bytesPerSecond;
        }
        boolean much = moved >= BUSY_BYTES || (!mayBeFaster && moved * 1e9 >= bytesPerSecond / 2 * passed);
        boolean busy = (moved > 0 && much) || (full && wasFull);
        wasFull = full;
        if (busy && lastNs != 0) {
            pieceBytes += moved;
            pieceNs += passed;
        } else {
            pieceBytes = 0;
            pieceNs = 0;
        }
        lastBytes = bytes;
        lastNs = nowNs;
        if (pieceBytes >= PIECE_BYTES && pieceNs > 0) {
            bytesPerSecond = pieceBytes * 1e9 / pieceNs;
            mayBeFaster = false;
            pieceBytes = 0;
            pieceNs = 0;
        }
        return bytesPerSecond;
    }
}
