/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;

/** What a hostile target does to its guard and its host. Each case needs the pair {@code target} on the host, watched, and leaves it so. */
enum HostileCase implements PairCase {
    /** Another frame of its own comes under a page that the guard watches. */
    SWAP_BY_GMFN,

    /** It gives such a page back to Xen and takes another in its place. */
    SWAP_BY_BALLOONING,

    /** It suspends itself in a loop though nobody asked it to. */
    SUSPENDS_IN_A_LOOP,

    /** The same swap under a guard whose agent never maps anything afresh. Makes a pair of its own, and discards it. */
    KEPT_VIEWS;

    private static final int SUSPENDS = 6;

    /** Pauses before resuming it are 0 and then from the lab's look_interval of 2 s on twice as long each time. */
    private static final Duration AT_LEAST = Duration.ofSeconds(2 + 4 + 8 + 16);

    /** An honest agent has mapped all afresh by then. */
    private static final Duration KEPT = Duration.ofMinutes(3);

    private static final Duration LOOP = Duration.ofMinutes(4);
    private static final String COUNT = "journalctl -u vmcoupler -o cat | grep -c 'ALERT.*has suspended itself'; true";

    @Override
    public void run(Host host) {
        switch (this) {
            case SWAP_BY_GMFN -> seenInAScan(host, "gmfn");
            case SWAP_BY_BALLOONING -> seenInAScan(host, "balloon");
            case SUSPENDS_IN_A_LOOP -> suspendsInALoop(host);
            case KEPT_VIEWS -> keptViews(Lab.ofThisMachine());
            default -> throw new IllegalStateException(name());
        }
    }

    @Override
    public boolean isControl() {
        return this == KEPT_VIEWS;
    }

    private static void seenInAScan(Host host, String how) {
        FrameSwap swap = FrameSwap.by(host, how);
        swap.awaitSeen();
        assertTrue(swap.awaitOldFrameFree(FrameSwap.SCAN), "no view is older than a scan");
    }

    private static void suspendsInALoop(Host host) {
        Pair pair = new Pair(host, host);
        Pair.Watch before = pair.watch();
        int told = Integer.parseInt(host.exec(COUNT).strip());
        long start = System.nanoTime();
        host.exec("xenstore-write /local/domain/" + before.targetDomid() + "/data/suspend '" + SUSPENDS + " 200 "
                + start + "'");
        host.await("each suspend is told", "test $(" + COUNT + ") -ge " + (told + SUSPENDS), LOOP);
        Pair.Watch after = pair.awaitGoesOn(before);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        Scenarios.say(
                SUSPENDS + " suspends that nobody asked for took " + took.toSeconds() + " s; " + LifeCase.told(host));
        assertTrue(took.compareTo(AT_LEAST) >= 0, () -> "the daemon takes its time: " + took);
        assertEquals(before.targetDomid(), after.targetDomid(), "it is the same target");
        assertEquals(before.guardDomid(), after.guardDomid(), "it is the same guard");
        String alert = LifeCase.told(host).path("alert").asText();
        assertTrue(alert.matches(".*suspended itself.* [0-9]+ times.*"), alert);
        assertEquals(told + SUSPENDS, Integer.parseInt(host.exec(COUNT).strip()), "no more than that");
    }

    /** Noticed by the counter, by Xen's count of pages, and by a migration, which compares what was looked at last with what is there. */
    private static void keptViews(Lab lab) {
        Pair pair = PairFixture.fresh(lab, "vmcoupler.lab.keepViews=1");
        try {
            FrameSwap swap = FrameSwap.by(pair.here(), "gmfn");
            assertFalse(swap.awaitOldFrameFree(KEPT), "it keeps the old frame mapped");
            assertFalse(swap.isSeen(), "its counter stands still");
            Reply reply = pair.migrateThere("");
            Scenarios.say("a guard that keeps its views migrates: " + reply);
            assertFalse(
                    RoundTrips.isGood(reply),
                    () -> "a look at a frame that is the target's no more proves nothing: " + reply);
        } finally {
            PairFixture.discard(lab);
        }
    }
}
