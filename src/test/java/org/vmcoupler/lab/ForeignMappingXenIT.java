/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vmcoupler.fault.ErrorCode;

/** A second process in the guard maps the target: nothing of the guard may be sent with that mapping in place. */
@OnXenLab
@Order(5)
class ForeignMappingXenIT {

    private static final Duration HELD = Duration.ofMinutes(1);

    private final Lab lab = Lab.ofThisMachine();

    @Test
    @Order(1)
    void theAgentRefusesAndNamesTheProcess() {
        Pair pair = PairFixture.any(lab);
        Pair.Watch before = pair.watch();
        hold(pair, before.targetDomid() + " 256", "held");
        try {
            Reply reply = pair.migrateThere("");
            assertEquals(ErrorCode.FOREIGN_MAPPING.number(), reply.code(), reply::toString);
            assertTrue(reply.message().contains("hold-page"), reply::toString);
            pair.awaitGoesOn(before);
        } finally {
            hold(pair, "release", "released");
        }
    }

    @Test
    @Order(2)
    @Tag(LabTests.LONG)
    void withoutThatCheckTheSaveFailsCleanly() {
        Pair pair = PairFixture.fresh(lab, "vmcoupler.lab.skipMappingCheck=1");
        Pair.Watch before = pair.watch();
        hold(pair, before.targetDomid() + " 256", "held");
        try {
            Reply reply = pair.migrateThere("");
            assertEquals(ErrorCode.ROLLED_BACK.number(), reply.code(), reply::toString);
            pair.awaitGoesOn(before);
        } finally {
            hold(pair, "release", "released");
        }
    }

    private static void hold(Pair pair, String request, String answer) {
        String data = "/local/domain/" + pair.watch().guardDomid() + "/data/lab/";
        pair.here().exec("xenstore-rm " + data + "held 2>/dev/null; xenstore-write " + data + "hold '" + request + "'");
        pair.here()
                .await(
                        "the second process says " + answer,
                        "test \"$(xenstore-read " + data + "held)\" = " + answer,
                        HELD);
    }
}
