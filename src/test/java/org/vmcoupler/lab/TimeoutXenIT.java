/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.vmcoupler.fault.ErrorCode;

/** A target that writes faster than it can be sent. */
@OnXenLab
@Order(4)
class TimeoutXenIT {

    private static final int PAGES_PER_S = 4_000;

    private final Lab lab = Lab.ofThisMachine();
    private final Pair pair = PairFixture.any(lab);

    @Test
    @Order(1)
    void itStaysWhereItIsByDefault() {
        Pair.Watch before = pair.watch();
        pair.dirty(PAGES_PER_S);
        try {
            Reply reply = pair.migrateThere(",\"maxRounds\":4,\"downtimeMs\":1");
            assertEquals(ErrorCode.NOT_CONVERGED.number(), reply.code(), reply::toString);
            pair.awaitGoesOn(before);
        } finally {
            pair.dirty(0);
        }
    }

    @Test
    @Order(2)
    void itMovesWithALongDowntimeIfTheOperatorSaysSo() {
        Pair.Watch before = pair.watch();
        pair.dirty(PAGES_PER_S);
        try (DaemonCall call = new DaemonCall(
                pair.here(),
                "{\"request\":\"migrate\",\"target\":\"target\",\"host\":\"" + pair.there()
                        + "\",\"maxRounds\":4,\"downtimeMs\":1,\"onTimeout\":\"stop\",\"verifyMemory\":false}")) {
            Reply reply = call.reply(Pair.MIGRATION);
            assertEquals(0, reply.code(), reply::toString);
            assertTrue(RoundTrips.countersAgree(reply.result()), reply::toString);
            pair.moved().awaitGoesOn(before);
        } finally {
            PairFixture.any(lab).dirty(0);
        }
    }
}
