/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.time.Poll;

/** A pair that a migration has, while its target runs and may not do so unwatched. */
class WhileMigratingTest extends KeeperFixture {

    WhileMigratingTest(@TempDir Path folder) throws Exception {
        super(folder);
    }

    @Test
    void whatIsPreparedForTheStopIsLookedAtOnlyIfTheTimeDemandsItAndStaysParked() {
        keep();
        book.hands(() -> Hands.PARKED);
        agent.park();
        await(() -> keepers.view(TARGET).orElseThrow().lastLookAgeMs() > W.toMillis() / 4);
        int before = agent.asked().size();
        long looks = looks();
        await(() -> looks() > looks + 1);
        List<String> since = agent.asked().subList(before, agent.asked().size());
        assertEquals(2, since.stream().filter("watch parked"::equals).count(), since::toString);
        assertEquals(2, since.size(), since::toString);
        assertEquals(List.of(), book.lost);
        assertTrue(keepers.view(TARGET).orElseThrow().longestUnprovenMs() < W.toMillis());
        assertEquals(List.of(), xen.diary());
    }

    @Test
    void aGuardThatIsLostWhenItIsPreparedEndsTheMigration() {
        keep();
        book.hands(() -> Hands.PARKED);
        agent.park();
        agent.silentFor(Integer.MAX_VALUE);
        await(() -> target.info().paused());
        await(() -> !book.lost.isEmpty());
        book.hands(() -> Hands.MIGRATION);
        long longest = keepers.view(TARGET).orElseThrow().longestUnprovenMs();
        assertTrue(longest < W.toMillis(), "paused before W is over");
        assertFalse(Poll.until(
                () -> keepers.view(TARGET).orElseThrow().longestUnprovenMs() > longest, W, Duration.ofMillis(10)));
        assertEquals(1, book.lost.size(), "told once");
    }

    @Test
    void whileAStopOrARollBackHangsTheTargetStandsStillInTimeAndGoesOnWatched() {
        keep();
        book.hands(() -> Hands.STOP);
        agent.silentFor(Integer.MAX_VALUE);
        await(() -> target.info().paused());
        assertTrue(keepers.view(TARGET).orElseThrow().longestUnprovenMs() < W.toMillis(), "paused before W is over");
        await(() -> !book.lost.isEmpty());
        book.hands(() -> Hands.MIGRATION);
        agent.silentFor(0);
        book.hands(() -> Hands.KEEPER);
        await(() -> !target.info().paused() && phase().equals("watched"));
        assertEquals(1, book.lost.size(), "told once");
        assertTrue(
                keepers.view(TARGET).orElseThrow().longestUnprovenMs() < W.toMillis(), "it stood still from then on");
    }

    @Test
    void whatARollBackReleasesAfterAnAlarmIsNotPausedAgain() {
        keep();
        book.hands(() -> Hands.STOP);
        agent.silentFor(Integer.MAX_VALUE);
        await(() -> !book.lost.isEmpty());
        agent.silentFor(0);
        int before = xen.diary().size();
        xen.release(new Domid(3)); // its guard has proven a look to the roll-back
        book.hands(() -> Hands.KEEPER);
        long looks = looks();
        await(() -> looks() > looks + 3);
        assertEquals(
                List.of("release 3"), xen.diary().subList(before, xen.diary().size()));
        assertEquals("watched", phase());
        assertFalse(notes.has(new Domid(3)), "nobody holds it");
    }

    @Test
    void noLateSuspendIsWaitedForWithAnAlarmFromBefore() {
        keep();
        book.hands(() -> Hands.STOP);
        agent.silentFor(Integer.MAX_VALUE);
        await(() -> !book.lost.isEmpty());
        agent.silentFor(0);
        int before = xen.diary().size();
        xen.release(new Domid(3));
        book.hands(() -> Hands.PRE_COPY);
        long looks = looks();
        await(() -> looks() > looks + 3);
        assertEquals(
                List.of("release 3"), xen.diary().subList(before, xen.diary().size()));
        assertEquals(1, book.lost.size());
        agent.silentFor(Integer.MAX_VALUE);
        await(() -> target.info().paused());
        await(() -> book.lost.size() == 2);
    }

    @Test
    void aStoppedTargetsGuardIsAskedByTheMigrationOnly() {
        keep();
        Hands[] hands = {Hands.PRE_COPY, Hands.MIGRATION};
        AtomicInteger asked = new AtomicInteger();
        // stopped between the keeper's decision to look and its turn to ask the guard
        book.hands(() -> hands[Math.min(1, asked.getAndIncrement() / 2)]);
        await(() -> asked.get() > 10);
        int before = agent.asked().size();
        await(() -> asked.get() > 20);
        assertEquals(before, agent.asked().size());
        assertEquals(List.of(), book.lost);
    }

    @Test
    void aTargetThatDoesNotStopIsLookedAtAndItsChecksStayParked() {
        keep();
        book.hands(() -> Hands.STOP);
        long before = looks();
        int asked = agent.asked().size();
        await(() -> looks() > before + 2);
        assertEquals(
                Set.of("watch parked"),
                Set.copyOf(agent.asked().subList(asked + 1, agent.asked().size())),
                "but for one that was under way");
        assertEquals(List.of(), xen.diary());
    }

    @Test
    void theTimeUntilTheStopCounts() {
        keep();
        book.hands(() -> Hands.STOP);
        long from = System.nanoTime();
        await(() -> keepers.view(TARGET).orElseThrow().lastLookAgeMs() > 500);
        book.hands(() -> Hands.MIGRATION);
        await(() -> keepers.view(TARGET).orElseThrow().longestUnprovenMs() >= 500);
        long most = (System.nanoTime() - from) / 1_000_000 + W.toMillis() / 2;
        assertTrue(keepers.view(TARGET).orElseThrow().longestUnprovenMs() < most);
    }

    @Test
    void whatARollBackReleasesAfterAGuardWasLostIsNotPausedAgainMeanwhile() {
        keep();
        book.hands(() -> Hands.PRE_COPY);
        agent.silentFor(Integer.MAX_VALUE);
        await(() -> !book.lost.isEmpty());
        book.hands(() -> Hands.STOP);
        target.paused(false);
        assertFalse(Poll.until(() -> target.info().paused(), W.multipliedBy(2), Duration.ofMillis(10)));
    }
}
