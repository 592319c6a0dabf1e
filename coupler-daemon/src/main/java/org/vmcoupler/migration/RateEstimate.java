/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

/**
 * What the path to the peer carries while there is something to carry: pauses, in which pre-copy waits, do not count. One thread.
 *
 * <p>A rate is taken over pieces of at least {@link #PIECE_BYTES} sent without a pause, so that a few pages sent in a moment say nothing.
 */
final class RateEstimate {

    static final long PIECE_BYTES = 4L << 20;

    private long pieceBytes;
    private long pieceNs;
    private long lastBytes;
    private long lastNs;
    private double bytesPerSecond;

    /**
     * Takes in how many bytes have been sent so far, and returns the rate in bytes per second; 0 as long as it is not known.
     *
     * @param bytes never less than before
     * @param nowNs {@link System#nanoTime()}
     */
    double at(long bytes, long nowNs) {
        long moved = bytes - lastBytes;
        if (moved > 0 && lastNs != 0) {
            pieceBytes += moved;
            pieceNs += nowNs - lastNs;
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
