/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vmcoupler.lab.trace.Verdict;

/** The promise by Xen's own word: whenever the target runs, on either host, its guard has proven a look before and proves the next one in time. */
@OnXenLab
@Order(2)
class TraceXenIT {

    /** {@code max_unproven} of the lab's configuration. */
    private static final Duration W = Duration.ofSeconds(20);

    /** Room for a guard that prepares for half of it, looks before and after, and an emulated CPU that is shared. */
    private static final Duration LONG_W = Duration.ofSeconds(30);

    private final Lab lab = Lab.ofThisMachine();

    @Test
    @Order(1)
    void wheneverTheTargetRunsItIsBetweenTwoProvenLooks() {
        Pair pair = PairFixture.any(lab);
        int here = pair.watch().targetDomid();
        try (XenTrace source = new XenTrace(pair.here());
                XenTrace destination = new XenTrace(pair.there())) {
            Reply reply = pair.migrateThere("");
            assertTrue(RoundTrips.isGood(reply), reply::toString);
            Pair moved = pair.moved();
            int there = moved.watch().targetDomid();
            source.readClocks();
            destination.readClocks();
            moved.awaitGoesOn(moved.watch());
            source.end();
            destination.end();
            destination.awaitLook();
            Verdict left = source.verdict(here, W);
            Verdict arrived = destination.verdict(there, W);
            Scenarios.say("at the source " + left.json() + ", at the destination " + arrived.json());
            Scenarios.say("trace: " + left.and(arrived).json());
            assertTrue(left.runIntervals() > 0 && arrived.runIntervals() > 0, "it ran on both hosts");
            assertEquals(0, left.and(arrived).unwatched());
            assertEquals("ready", destination.kindsOfLooks(there).get(0), "nothing before READY counts");
        }
    }

    @Test
    @Order(2)
    void whileItsGuardPreparesTooLongItIsLookedAtAndTheChecksStayParked() {
        PairFixture.writeDown(lab.alpha(), "max_unproven = \"" + LONG_W.toSeconds() + " s\"\\n");
        Pair pair = PairFixture.fresh(lab, "vmcoupler.lab.latePrepare=1");
        int here = pair.watch().targetDomid();
        try (XenTrace source = new XenTrace(pair.here())) {
            Reply reply = pair.migrateThere("");
            assertTrue(RoundTrips.isGood(reply), reply::toString);
            source.readClocks();
            source.end();
            Verdict verdict = source.verdict(here, LONG_W);
            List<String> kinds = source.kindsOfLooks(here);
            Scenarios.say("late prepare: " + verdict.json() + ", " + kinds);
            assertTrue(verdict.runIntervals() > 0, "it ran");
            assertEquals(0, verdict.unwatched());
            assertTrue(kinds.contains("parked"), kinds::toString);
            assertEquals("last", kinds.get(kinds.size() - 1), kinds::toString);
        } finally {
            PairFixture.strikeOut(lab.alpha());
            PairFixture.discard(lab);
        }
    }

    @Test
    @Order(3)
    @Tag(LabTests.LONG)
    void aTargetThatIsReleasedBeforeItsGuardWatchesIsSeenWithoutItsCounter() {
        Pair pair = PairFixture.any(lab);
        try (BrokenDaemon fault = BrokenDaemon.releasesBeforeReady(pair.there());
                XenTrace destination = new XenTrace(pair.there())) {
            pair.migrateThere("");
            destination.end();
            Verdict verdict = destination.verdict(fault.released(), W);
            Scenarios.say("released before READY: " + verdict.json());
            assertTrue(verdict.unwatched() > 0, () -> "not one of its runs is unwatched: " + verdict.json());
        } finally {
            PairFixture.discard(lab);
        }
    }
}
