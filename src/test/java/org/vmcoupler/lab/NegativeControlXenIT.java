/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vmcoupler.time.Poll;

/** Faults that are switched on on purpose: what judges migrations must find them. */
@OnXenLab
@Order(6)
class NegativeControlXenIT {

    private static final Duration GOES_ON = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofSeconds(3);

    private final Lab lab = Lab.ofThisMachine();

    @Test
    @Order(1)
    void aTargetThatIsReleasedBeforeItsGuardWatches() {
        Pair pair = PairFixture.any(lab);
        try (BrokenDaemon fault = BrokenDaemon.releasesBeforeReady(pair.there())) {
            assertTrue(fault != null);
            Reply reply = pair.migrateThere("");
            assertFalse(RoundTrips.isGood(reply), () -> "demo and round trips must fail on this: " + reply);
            assertTrue(RoundTrips.ranBeforeTheGo(reply), () -> "it failed for another reason: " + reply);
        } finally {
            PairFixture.discard(lab);
        }
    }

    @Test
    @Order(2)
    @Tag(LabTests.LONG)
    void aGuardThatAnswersFromACache() {
        provesNothing("vmcoupler.lab.frozenView=1", "does not see the value planted");
    }

    @Test
    @Order(3)
    @Tag(LabTests.LONG)
    void aTargetOfWhichOneVcpuRunsOnAfterItsStop() {
        Pair pair = TargetKind.TWO_VCPUS.pair(lab);
        pair.leaveOneVcpu();
        Pair.Watch before = pair.watch();
        try (BrokenDaemon fault = BrokenDaemon.runsOn(pair.here())) {
            assertTrue(fault != null);
            Reply reply = pair.migrateThere("");
            assertTrue(reply.message().contains("after its stop"), reply::toString);
            assertTrue(reply.result().path("cpuTimeSinceStopNs").asLong() > 0, reply::toString);
            assertTrue(RoundTrips.countersSoFarAgree(reply.result()), () -> "no counter shows it: " + reply);
            assertTrue(
                    Poll.until(() -> goesOnWatched(pair.watch(), before), GOES_ON, PAUSE),
                    () -> "it runs on here, watched: before " + before + ", now " + pair.watch());
        } finally {
            PairFixture.discard(lab);
        }
    }

    /** That the target runs although it has suspended was not the daemon's doing, so to the daemon another suspend may still come. */
    private static boolean goesOnWatched(Pair.Watch now, Pair.Watch before) {
        return now.counter() > before.counter()
                && now.looks() > before.looks()
                && (now.state().equals("watched") || now.state().equals("suspend-pending"));
    }

    @Test
    @Order(4)
    @Tag(LabTests.LONG)
    void aGuardThatAnswersWithAnEarlierProof() {
        provesNothing("vmcoupler.lab.staleReady=1", "does not see the value planted");
    }

    @Test
    @Order(5)
    @Tag(LabTests.LONG)
    void aGuardThatLetsGoBeforeItsTargetStops() {
        provesNothing("vmcoupler.lab.unmapEarly=1", "At its last look: The guard does not see the value planted");
    }

    private void provesNothing(String guardWord, String sentence) {
        Pair pair = PairFixture.fresh(lab, guardWord);
        try {
            Reply reply = pair.migrateThere("");
            assertFalse(RoundTrips.isGood(reply), () -> "demo and round trips must fail on this: " + reply);
            assertNotEquals(0, reply.code(), "no proof of a look, no go");
            assertTrue(reply.message().contains(sentence), reply::toString);
        } finally {
            PairFixture.discard(lab);
        }
    }
}
