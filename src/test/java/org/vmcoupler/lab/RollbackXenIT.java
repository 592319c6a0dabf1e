/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

    private final Lab lab = Lab.ofThisMachine();
    private final Pair pair = PairFixture.any(lab);
    private final Pair.Watch before = pair.watch();
    private final Map<Integer, String> domains = pair.here().domains();

    @Test
    @Order(1)
    void aCancelledMigrationAndASecondOneMeanwhile() {
        try (DaemonCall call = pair.migrateUntilPreCopy("")) {
            try (DaemonCall second = pair.migrate(pair.there().name(), "")) {
                Reply busy = second.reply(Duration.ofMinutes(1));
                assertEquals(ErrorCode.BUSY.number(), busy.code(), busy::toString);
            }
            pair.here().ask("{\"request\":\"cancel\",\"target\":\"target\"}").orFail();
            ends(call, ErrorCode.CANCELLED);
        }
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

    private void ends(DaemonCall call, ErrorCode code) {
        afterwards(call.reply(Pair.MIGRATION), code);
    }

    private void afterwards(Reply reply, ErrorCode code) {
        assertEquals(code.number(), reply.code(), reply::toString);
        Pair.Watch after = pair.awaitGoesOn(before);
        assertEquals(before.targetDomid(), after.targetDomid(), "it is the same domain");
        assertEquals(before.guardDomid(), after.guardDomid(), "it is the same domain");
        assertEquals(domains, pair.here().domains());
        pair.there().await("no domain is left at the destination", "test $(xl list | wc -l) = 2", CLEAN);
        pair.there().awaitDaemon();
    }
}
