/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.vmcoupler.fault.ErrorCode;

/** Whatever fails before the point of no return: the pair runs on at the source, watched, and the destination is as it was. */
@OnXenLab
@Order(3)
class RollbackXenIT {

    private static final Duration START = Duration.ofMinutes(1);
    private static final Duration CLEAN = Duration.ofMinutes(4);

    private static final int MIB_PER_S = 2;
    private static final long MEASURED_MS = 5_000;

    /** A limiter counts in slices of a second, and a piece may be one MiB too early. */
    private static final int SLICE_S = 1;

    private final Lab lab = Lab.ofThisMachine();
    private final Pair pair = PairFixture.any(lab);
    private final Pair.Watch before = pair.watch();
    private final Map<Integer, String> domains = pair.here().domains();

    @Test
    @Order(1)
    void aCancelledMigrationAndASecondOneMeanwhile() {
        try (DaemonCall call = pair.migrateUntilPreCopy(",\"bandwidthMibPerS\":" + MIB_PER_S)) {
            try (DaemonCall second = pair.migrate(pair.there().name(), "")) {
                Reply busy = second.reply(Duration.ofMinutes(1));
                assertEquals(ErrorCode.BUSY.number(), busy.code(), busy::toString);
            }
            isLimited(call);
            String lifted = pair.here().exec("vmcoupler bandwidth target 0 --json");
            assertTrue(lifted.contains("\"bandwidthMibPerS\":0"), lifted);
            pair.here().ask("{\"request\":\"cancel\",\"target\":\"target\"}").orFail();
            ends(call, ErrorCode.CANCELLED);
        }
    }

    /** What was sent in some seconds is no more than the limit allows, which is far below what the lab's hosts send without. */
    private static void isLimited(DaemonCall call) {
        JsonNode first = call.progress(news -> true, START);
        JsonNode later = call.progress(
                news -> news.path("elapsedMs").asLong()
                        > first.path("elapsedMs").asLong() + MEASURED_MS,
                START);
        double seconds =
                (later.path("elapsedMs").asLong() - first.path("elapsedMs").asLong()) / 1000.0;
        double mib = (sent(later) - sent(first)) / (double) (1 << 20);
        Scenarios.say("limited to " + MIB_PER_S + " MiB/s: " + mib + " MiB in " + seconds + " s");
        assertEquals(MIB_PER_S, later.path("bandwidthMibPerS").asInt(), later::toString);
        assertTrue(mib > 0 && mib <= MIB_PER_S * (seconds + SLICE_S) + SLICE_S, later::toString);
    }

    private static long sent(JsonNode progress) {
        long bytes = 0;
        for (JsonNode domain : progress.path("domains")) {
            bytes += domain.path("bytesSent").asLong();
        }
        return bytes;
    }

    @Test
    @Order(2)
    void aRestoreThatFails() {
        try (DaemonCall call = pair.migrateUntilPreCopy("")) {
            pair.there().await("its restore is killed", "pkill -KILL -f -- '[s]ave-helper --restore-domain'", START);
            ends(call, ErrorCode.ROLLED_BACK);
        }
    }

    @Test
    @Order(3)
    void aDestinationDaemonThatIsKilled() {
        try (DaemonCall call = pair.migrateUntilPreCopy("")) {
            pair.there().exec("systemctl kill -s KILL vmcoupler");
            ends(call, ErrorCode.ROLLED_BACK);
        }
    }

    @Test
    @Order(4)
    void aCableThatIsCut() {
        try (DaemonCall call = pair.migrateUntilPreCopy("")) {
            Reply reply;
            try (Lab.Cut cut = lab.cutCable()) {
                reply = call.reply(Pair.MIGRATION);
                // Still cut: what the source does must not depend on the destination.
                assertTrue(cut != null);
                pair.awaitGoesOn(before);
            }
            afterwards(reply, ErrorCode.ROLLED_BACK);
        }
    }

    @Test
    @Order(5)
    void aSourceDaemonThatIsKilled() {
        try (DaemonCall call = pair.migrateUntilPreCopy("")) {
            assertTrue(call != null);
            pair.here().exec("systemctl kill -s KILL vmcoupler");
        }
        pair.here().awaitDaemon();
        Pair.Watch after = pair.awaitGoesOn(before.ofAnotherGuard());
        assertEquals(before.targetDomid(), after.targetDomid(), "it is the same domain");
        assertEquals(before.guardDomid(), after.guardDomid(), "it is the same domain");
        nothingIsLeftThere();
    }

    private void ends(DaemonCall call, ErrorCode code) {
        afterwards(call.reply(Pair.MIGRATION), code);
    }

    private void afterwards(Reply reply, ErrorCode code) {
        assertEquals(code.number(), reply.code(), reply::toString);
        Pair.Watch after = pair.awaitGoesOn(before);
        assertEquals(before.targetDomid(), after.targetDomid(), "it is the same domain");
        assertEquals(before.guardDomid(), after.guardDomid(), "it is the same domain");
        nothingIsLeftThere();
    }

    private void nothingIsLeftThere() {
        assertEquals(domains, pair.here().domains());
        pair.there().await("no domain is left at the destination", "test $(xl list | wc -l) = 2", CLEAN);
        pair.there().awaitDaemon();
    }
}
