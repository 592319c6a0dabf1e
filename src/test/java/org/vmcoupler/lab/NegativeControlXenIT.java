/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Faults that are switched on on purpose: what judges migrations must find them. */
@OnXenLab
@Order(6)
class NegativeControlXenIT {

    private final Lab lab = Lab.ofThisMachine();

    @Test
    @Order(1)
    void aTargetThatIsReleasedBeforeItsGuardWatches() {
        Pair pair = PairFixture.any(lab);
        try (ReleasedBeforeReady fault = new ReleasedBeforeReady(pair.there())) {
            assertTrue(fault != null);
            Reply reply = pair.migrateThere("");
            assertFalse(RoundTrips.isGood(reply), () -> "demo and round trips must fail on this: " + reply);
        } finally {
            PairFixture.discard(lab);
        }
    }

    @Test
    @Order(2)
    void aGuardThatAnswersFromACache() {
        Pair pair = PairFixture.fresh(lab, "vmcoupler.lab.frozenView=1");
        try {
            Reply reply = pair.migrateThere("");
            assertFalse(RoundTrips.isGood(reply), () -> "demo and round trips must fail on this: " + reply);
            assertNotEquals(0, reply.code(), "no proof of a look, no go");
        } finally {
            PairFixture.discard(lab);
        }
    }
}
