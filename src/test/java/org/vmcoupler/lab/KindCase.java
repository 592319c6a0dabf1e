/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.time.Poll;

/** What must hold for a pair with a target of each kind. */
final class KindCase {

    private static final Duration GOES_ON = Duration.ofSeconds(90);
    private static final Duration PAUSE = Duration.ofSeconds(3);

    /** Prints the number of the target's device model, and fails if that has ended. */
    private static final String DEVICE_MODEL =
            "m=$(xenstore-read /local/domain/$(xl domid target)/image/device-model-pid) && kill -0 $m && echo $m";

    private final Lab lab;
    private final TargetKind kind;
    private final int moves;
    private final boolean verified;
    private boolean unwatched;
    private long longestUnprovenMs;

    /**
     * Makes a case.
     *
     * @param moves how often the pair moves, if it can
     * @param verified whether all memory is compared in each of them
     */
    KindCase(Lab lab, TargetKind kind, int moves, boolean verified) {
        this.lab = lab;
        this.kind = kind;
        this.moves = moves;
        this.verified = verified;
    }

    /**
     * Makes the pair, does with it what its kind is about, and discards it.
     *
     * @throws AssertionError something is not as it must be
     */
    void run() {
        try {
            Pair pair = kind.pair(lab);
            switch (kind) {
                case HVM, TWO_VCPUS, ONE_GIB -> moves(pair);
                case BALLOONED -> {
                    pair.giveMemoryBack();
                    moves(pair);
                }
                case REFUSES_SUSPEND -> staysWatched(pair);
            }
            for (Host host : lab.hosts()) {
                measure(LifeCase.told(host));
            }
            if (kind == TargetKind.HVM) {
                // while no daemon runs there are no looks, so that this comes last
                outlivesTheDaemon(Pair.find(lab).orElseThrow());
            }
        } finally {
            PairFixture.discard(lab);
        }
    }

    /** Tells whether the target of this case has run without a proven look, as far as counters and Xen's own times show. */
    boolean unwatched() {
        return unwatched;
    }

    /** Returns the longest time without a proven look (ms) by the word of the daemon that has the pair at the end; 0 unless the case has passed. */
    long longestUnprovenMs() {
        return longestUnprovenMs;
    }

    /** One that has left a host has no figure there any more. */
    private void measure(JsonNode told) {
        long longestMs = told.path("longestUnprovenMs").asLong(0);
        longestUnprovenMs = Math.max(longestUnprovenMs, longestMs);
        if (longestMs > told.path("maxUnprovenMs").asLong(Long.MAX_VALUE)) {
            unwatched = true;
            throw new AssertionError("longer than W without a look: " + told);
        }
    }

    private void moves(Pair pair) {
        RoundTrips trips = new RoundTrips(lab, verified ? moves : 0);
        try {
            trips.only(pair, moves);
        } finally {
            unwatched = trips.figures().path("counterGaps").asInt() != 0;
        }
        JsonNode figures = trips.figures();
        assertEquals(0, figures.path("counterGaps").asInt(), figures::toString);
        assertEquals(0, figures.path("pagesDiffering").asInt(), figures::toString);
        assertTrue(!verified || figures.path("pagesCompared").asLong() > 0, figures::toString);
    }

    /** Its device model is a process of the daemon that has restored it, whose crash must not end that. */
    private static void outlivesTheDaemon(Pair pair) {
        Host host = pair.here();
        Pair.Watch before = pair.watch();
        String deviceModel = host.exec(DEVICE_MODEL);
        String daemon = host.exec("systemctl show -p MainPID vmcoupler").strip();
        host.exec("systemctl kill -s KILL --kill-whom=main vmcoupler");
        host.await("another daemon", "test \"$(systemctl show -p MainPID vmcoupler)\" != " + daemon, GOES_ON);
        host.awaitDaemon();
        Pair.Watch after = pair.awaitGoesOn(before);
        assertEquals(before.targetDomid(), after.targetDomid(), "it is the same domain");
        assertEquals(deviceModel, host.exec(DEVICE_MODEL), "it is the same process");
    }

    /** The target's kernel does not suspend: the pair runs on where it is, and the operator is told why. */
    private void staysWatched(Pair pair) {
        Pair.Watch before = pair.watch();
        Reply reply = pair.migrateThere("");
        assertEquals(ErrorCode.ROLLED_BACK.number(), reply.code(), reply::toString);
        assertTrue(reply.message().contains("suspend"), reply::toString);
        unwatched = true;
        Pair.Watch[] after = {before};
        assertTrue(
                Poll.until(
                        () -> {
                            after[0] = pair.watch();
                            return watchedOn(before, after[0]);
                        },
                        GOES_ON,
                        PAUSE),
                () -> "the pair does not go on, watched: before " + before + ", now " + after[0]);
        unwatched = false;
        assertEquals(before.targetDomid(), after[0].targetDomid(), "it is the same domain");
        assertEquals(before.guardDomid(), after[0].guardDomid(), "it is the same domain");
        resumedWhenTheSuspendComes(pair, after[0]);
    }

    private void resumedWhenTheSuspendComes(Pair pair, Pair.Watch before) {
        assertEquals(ErrorCode.SUSPEND_PENDING.number(), pair.migrateThere("").code(), "until then it does not move");
        unwatched = true;
        pair.here()
                .exec("xenstore-write /local/domain/" + before.targetDomid() + "/data/suspend '1 0 " + System.nanoTime()
                        + "'");
        Pair.Watch after = pair.awaitGoesOn(before);
        unwatched = false;
        assertEquals(before.targetDomid(), after.targetDomid(), "it is the same domain");
        assertEquals(before.guardDomid(), after.guardDomid(), "it is the same domain");
    }

    /** The suspend was acknowledged, so it may come at any time: the pair is watched until then, and can neither move nor be uncoupled. */
    private static boolean watchedOn(Pair.Watch before, Pair.Watch after) {
        return after.state().equals("suspend-pending")
                && after.counter() > before.counter()
                && after.looks() > before.looks();
    }
}
