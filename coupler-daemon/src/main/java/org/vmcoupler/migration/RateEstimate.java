/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

/**
 * What the path to the peer carries while there is something to carry: pauses, in which pre-copy waits, do not count. One thread.
 *
 * <p>A rate is taken over pieces of at least {@link #PIECE_BYTES} sent without a pause, so that a few pages sent in a moment say nothing. Once a rate
 * is known, a time of at least {@link #LOOK_NS} in which less than {@link #BUSY_BYTES}, and less than half of what that rate gives, was sent is a
 * pause too: the path has waited for small rounds and their counting. Else a pair that does not fit at once never would, as its small rounds would be
 * taken for a slow path. It is none if all that time more waited to be sent than could be: then it is the path that is slow.
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

    /**
     * Takes in how many bytes have been sent so far, and returns the rate in bytes per second; 0 as long as it is not known.
     *
     * @param bytes never less than before
     * @param full whether something waits to be sent
     * @param nowNs {@link System#nanoTime()}
     */
    double at(long bytes, boolean full, long nowNs) {
        long moved = bytes - lastBytes;
        long passed = nowNs - lastNs;
        if (bytesPerSecond > 0 && passed < LOOK_NS) {
            return bytesPerSecond;
        }
        boolean much = moved >= BUSY_BYTES || moved * 1e9 >= bytesPerSecond / 2 * passed;
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
            pieceBytes = 0;
            pieceNs = 0;
        }
        return bytesPerSecond;
    }
}
