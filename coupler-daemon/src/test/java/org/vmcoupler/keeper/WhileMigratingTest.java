/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
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

    /** An alarm has paused the target; then a roll-back releases it on a proven look and leaves it to {@code next}, whose looks change nothing. */
    private void releasedAfterAnAlarm(Hands next) {
        keep();
        book.hands(() -> Hands.STOP);
        agent.silentFor(Integer.MAX_VALUE);
        await(() -> !book.lost.isEmpty());
        agent.silentFor(0);
        int before = xen.diary().size();
        host.hold().releaseAtOnce(new Domid(3));
        book.hands(() -> next);
        long looks = looks();
        await(() -> looks() > looks + 3);
        assertEquals(
                List.of("release 3"), xen.diary().subList(before, xen.diary().size()));
        assertEquals(1, book.lost.size());
    }

    @Test
    void whatARollBackReleasesAfterAnAlarmIsNotPausedAgain() {
        releasedAfterAnAlarm(Hands.KEEPER);
        assertEquals("watched", phase());
        assertFalse(notes.has(new Domid(3)), "nobody holds it");
    }

    @Test
    void aTargetThatStopsLateInARollBackGoesOnWithIt() {
        keep();
        book.hands(() -> Hands.STOP);
        target.suspend();
        agent.silentFor(Integer.MAX_VALUE);
        await(() -> !book.lost.isEmpty());
        agent.silentFor(0);
        xen.resume(new Domid(3));
        host.hold().releaseAtOnce(new Domid(3));
        book.hands(() -> Hands.KEEPER);
        await(() -> !target.info().paused() && phase().equals("watched"));
        await(() -> !notes.has(new Domid(3)));
    }

    @Test
    void noLateSuspendIsWaitedForWithAnAlarmFromBefore() {
        releasedAfterAnAlarm(Hands.PRE_COPY);
        agent.silentFor(Integer.MAX_VALUE);
        await(() -> target.info().paused());
        await(() -> book.lost.size() == 2);
    }

    @Test
    void whatAnAlarmHasPausedInARollBackStandsStillAlsoIfSomebodyUnpausesIt() {
        keep();
        book.hands(() -> Hands.STOP);
        agent.silentFor(Integer.MAX_VALUE);
        await(() -> !book.lost.isEmpty());
        target.paused(false);
        await(() -> target.info().paused());
        await(() -> keepers.view(TARGET).orElseThrow().alert().contains("somebody has unpaused"));
    }

    @Test
    void whatADeadDaemonHeldIsReleasedByTheRollBackThatHasItAndThenWatched() {
        notes.note(new Domid(3));
        target.paused(true);
        book.hands(() -> Hands.STOP);
        keepers.start(timer);
        await(() -> looks() > 0); // half of W is over
        assertEquals("watched", phase(), "no guard is made to watch it by two");
        host.hold().releaseAtOnce(new Domid(3));
        book.hands(() -> Hands.PRE_COPY);
        long looks = looks();
        await(() -> looks() > looks + 3);
        assertEquals(List.of("release 3"), xen.diary());
        assertFalse(notes.has(new Domid(3)));
        agent.silentFor(Integer.MAX_VALUE);
        await(() -> target.info().paused() && !book.lost.isEmpty());
    }

    @Test
    void theTimeInARollBackCounts() {
        keep();
        book.hands(() -> Hands.STOP);
        await(() -> keepers.view(TARGET).orElseThrow().lastLookAgeMs() > 500);
        book.hands(() -> Hands.KEEPER);
        await(() -> keepers.view(TARGET).orElseThrow().longestUnprovenMs() >= 500);
    }

    @Test
    void aStoppedTargetsGuardIsAskedByTheMigrationOnly() {
        keep();
        AtomicInteger calls = new AtomicInteger();
        book.hands(() -> {
            calls.incrementAndGet();
            return Hands.MIGRATION;
        });
        await(() -> calls.get() > 3); // no look is under way
        int before = agent.asked().size();
        // one turn to come back, and one to decide for a look; stopped before it is the look's turn to ask the guard
        AtomicInteger left = new AtomicInteger(3);
        AtomicInteger after = new AtomicInteger();
        book.hands(() -> {
            after.incrementAndGet();
            return left.getAndDecrement() > 0 ? Hands.PRE_COPY : Hands.MIGRATION;
        });
        await(() -> after.get() > 10);
        assertEquals(before, agent.asked().size());
        assertEquals(List.of(), book.lost);
    }

    @Test
    void thePauseOfAnAlarmIsToldAsNobodyElsesButANameIs() {
        keep();
        Logger keeper = (Logger) LoggerFactory.getLogger(Keeper.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        keeper.addAppender(log);
        try {
            book.hands(() -> {
                if (!Thread.currentThread().getName().equals("keepers-alarm")) {
                    await(() -> target.info().paused()); // what the keeper's turn hangs in
                    xen.rename(new Domid(3), target.info().name(), "stolen");
                }
                return Hands.PRE_COPY;
            });
            await(() -> !book.lost.isEmpty());
            assertEquals(List.of("no look could be taken in time"), book.lost);
            List<String> told =
                    log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
            assertTrue(told.stream().anyMatch(line -> line.contains("the guard is lost")), told::toString);
            assertTrue(told.stream().anyMatch(line -> line.contains("has renamed the target")), told::toString);
            assertTrue(told.stream().noneMatch(line -> line.contains("has paused")), told::toString);
        } finally {
            keeper.detachAppender(log);
        }
    }

    @Test
    void aTargetThatIsPausedAlreadyRaisesNoAlarm() {
        keep();
        book.hands(() -> Hands.PRE_COPY);
        xen.destroy(new Domid(4), SHORT);
        await(() -> book.lost.contains("Somebody has destroyed the guard."));
        assertFalse(Poll.until(() -> pauses() > 2, W.multipliedBy(2), Duration.ofMillis(10)));
        assertEquals(1, book.lost.size(), "told once");
    }

    private long pauses() {
        return xen.diary().stream().filter("pause 3"::equals).count();
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
    void whatARollBackReleasesAfterAGuardWasLostIsPausedAgainOnlyIfItIsLostAgain() {
        keep();
        book.hands(() -> Hands.PRE_COPY);
        agent.silentFor(Integer.MAX_VALUE);
        await(() -> !book.lost.isEmpty());
        book.hands(() -> Hands.STOP);
        agent.silentFor(0);
        host.hold().releaseAtOnce(new Domid(3));
        assertFalse(Poll.until(() -> target.info().paused(), W.multipliedBy(2), Duration.ofMillis(10)));
        agent.silentFor(Integer.MAX_VALUE);
        await(() -> target.info().paused());
    }

    @Test
    void whatARollBackReleasesAfterAnAlarmIsPausedAgainIfItsGuardIsLostBeforeTheEnd() {
        keep();
        book.hands(() -> Hands.STOP);
        agent.silentFor(Integer.MAX_VALUE);
        await(() -> !book.lost.isEmpty());
        host.hold().releaseAtOnce(new Domid(3));
        assertFalse(target.info().paused());
        await(() -> target.info().paused());
    }

    @Test
    void aTargetThatIsGoneIsNobodysToPause() {
        keep();
        book.hands(() -> Hands.STOP);
        xen.destroy(new Domid(3), SHORT);
        long looks = looks();
        assertFalse(Poll.until(
                () -> !book.lost.isEmpty() || looks() > looks + 1, W.multipliedBy(2), Duration.ofMillis(10)));
        assertFalse(notes.has(new Domid(3)));
    }
}
