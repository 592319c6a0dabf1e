/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.util.Map;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.relay.Bandwidth;

/**
 * What the path to the peer carries while there is something to carry: pauses, in which pre-copy waits, do not count. One thread.
 *
 * <p>A rate is taken over pieces of at least {@link #PIECE_BYTES} sent without a pause, so that a few pages sent in a moment say nothing. Once a rate
 * is known, a time of at least {@link #LOOK_NS} in which less than {@link #BUSY_BYTES}, and less than half of what that rate gives, was sent is a
 * pause too: the path has waited for small rounds and their counting. Else a pair that does not fit at once never would, as its small rounds would be
 * taken for a slow path. It is none if more had waited to be sent than was: then it is the path that is slow. Nor is it if all that time a save helper
 * was in the same round: then whatever is slow, the path, either host's CPU or the peer, will be so in a last round too.
 *
 * <p>A piece that is not complete bounds the rate already by the time that it has taken: else nothing would be known of a path that has become slow
 * for as long as it takes for a piece. If it ends before it is complete, with at least {@link #BUSY_BYTES}, the bound stays for {@link #DOUBT_NS}, or
 * until as much was sent faster: rounds of less than a piece would never tell of a slow path.
 *
 * <p>A limit of the operator's is the rate at most. When it is raised, the path may carry more than is known, so what is half of that says nothing either.
 */
final class RateEstimate {

    static final long PIECE_BYTES = 4L << 20;
    static final long BUSY_BYTES = 512L << 10;
    static final long LOOK_NS = 100_000_000;
    static final long DOUBT_NS = 30_000_000_000L;

    private Look last = new Look(0, 0, Map.of(), 0);
    private long pieceBytes;
    private long pieceNs;
    private double bytesPerSecond;
    private double doubt = Double.MAX_VALUE;
    private long doubtNs;
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
        last = new Look(last.bytes, 0, Map.of(), last.ns);
        doubt = Double.MAX_VALUE;
        pieceBytes = 0;
        pieceNs = 0;
    }

    /** Takes in what is seen now, and returns the rate in bytes per second; 0 as long as it is not known. */
    double at(Look now) {
        if (bytesPerSecond == 0 || now.ns - last.ns >= LOOK_NS) {
            take(now);
        }
        double known =
                Math.min(Math.min(bytesPerSecond, bound()), now.ns - doubtNs < DOUBT_NS ? doubt : Double.MAX_VALUE);
        return limit == Bandwidth.UNLIMITED ? known : Math.min(known, (double) limit);
    }

    /** No piece that takes longer than this one has is faster. */
    private double bound() {
        return pieceNs > 0 ? PIECE_BYTES * 1e9 / pieceNs : Double.MAX_VALUE;
    }

    private void take(Look now) {
        long moved = now.bytes - last.bytes;
        long passed = now.ns - last.ns;
        if (last.ns != 0 && isBusyUntil(now)) {
            pieceBytes += moved;
            pieceNs += passed;
            doubt = moved >= BUSY_BYTES && moved * 1e9 / passed > doubt ? Double.MAX_VALUE : doubt;
        } else {
            if (pieceBytes >= BUSY_BYTES) {
                doubt = bound();
                doubtNs = now.ns;
            }
            pieceBytes = 0;
            pieceNs = 0;
        }
        last = now;
        if (pieceBytes >= PIECE_BYTES && pieceNs > 0) {
            bytesPerSecond = pieceBytes * 1e9 / pieceNs;
            doubt = Double.MAX_VALUE;
            mayBeFaster = false;
            pieceBytes = 0;
            pieceNs = 0;
        }
    }

    private boolean isBusyUntil(Look now) {
        long moved = now.bytes - last.bytes;
        boolean half = !mayBeFaster && moved * 1e9 >= bytesPerSecond / 2 * (now.ns - last.ns);
        boolean much = moved > 0 && (moved >= BUSY_BYTES || half);
        return much || last.waitingBytes > moved || now.isInARoundOf(last);
    }

    /**
     * What is seen of both streams at one time.
     *
     * @param bytes sent so far, never less than before
     * @param waitingBytes that the path has not taken yet
     * @param rounds that are being sent, by their numbers
     * @param ns {@link System#nanoTime()}
     */
    record Look(long bytes, long waitingBytes, Map<Member, Integer> rounds, long ns) {

        private boolean isInARoundOf(Look earlier) {
            return rounds.entrySet().stream().anyMatch(earlier.rounds.entrySet()::contains);
        }
    }
}
