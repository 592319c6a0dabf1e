/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.hypervisor.DomainEnd;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.sim.SimDomain;
import org.vmcoupler.hypervisor.sim.SimGuard;
import org.vmcoupler.life.LifeEvent;
import org.vmcoupler.life.OnGuardLoss;
import org.vmcoupler.time.Poll;

/** A pair on a host in memory, kept through what can happen to it. */
class KeeperTest extends KeeperFixture {

    KeeperTest(@TempDir Path folder) throws Exception {
        super(folder);
    }

    @Test
    void aGuardThatAnswersIsLeftAlone() {
        keep();
        await(() -> looks() > 5);
        assertEquals("watched", phase());
        assertEquals(List.of(), xen.diary());
        assertTrue(keepers.view(TARGET).orElseThrow().longestUnprovenMs() < 10_000);
    }

    @Test
    void aSilentGuardStopsTheTargetUntilItProvesALook() {
        keep();
        agent.silentFor(Integer.MAX_VALUE);
        await(() -> target.info().paused());
        await(() -> !phase().equals("watched"));
        assertTrue(keepers.view(TARGET).orElseThrow().longestUnprovenMs() < W.toMillis(), "paused before W is over");
        agent.silentFor(0);
        await(() -> !target.info().paused());
        await(() -> phase().equals("watched"));
        assertEquals(1, book.regained.get(), "an attempt that had lost the guard is over");
        assertEquals(
                List.of(),
                xen.diary().stream().filter(e -> e.startsWith("create")).toList(),
                "no new guard");
    }

    @Test
    void whatATargetRunsUnwatchedByItsPolicyCountsAndIsTold() {
        plans.onGuardLoss = OnGuardLoss.CONTINUE;
        keep();
        agent.silentFor(Integer.MAX_VALUE);
        long before = System.nanoTime();
        await(() -> phase().equals("unwatched"));
        await(() -> System.nanoTime() - before > W.toNanos());
        agent.silentFor(0);
        await(() -> phase().equals("watched"));
        KeptPair view = keepers.view(TARGET).orElseThrow();
        assertTrue(view.longestUnprovenMs() >= W.toMillis(), view::toString);
        assertTrue(view.longestUnprovenMs() <= (System.nanoTime() - before) / 1_000_000 + W.toMillis(), view::toString);
        assertTrue(view.alert().contains("has run unwatched for "), view::toString);
        assertFalse(xen.diary().contains("pause 3"), () -> xen.diary().toString());
    }

    @Test
    void aGuardThatIsGoneIsReplacedAndTheNewOneIsRecordedBeforeItWatches() {
        agentsInNewGuards();
        keep();
        xen.destroy(new Domid(4), SHORT);
        await(() -> book.facts().guardDomid() == 100);
        await(() -> phase().equals("watched"));
        assertFalse(target.info().paused());
        assertTrue(order("pause 3") < order("create 100"));
        assertTrue(order("create 100") < order("release 3"));
        assertEquals(GUARD, book.facts().guardUuid());
        assertEquals("preserve", xen.config(new Domid(100)).action("on_reboot"), "xl must not start it again");
    }

    @Test
    void aTargetThatRebootsIsMadeAgainAndReleasedByItsGuardInANewDomainOnly() {
        agentsInNewGuards();
        keep();
        target.end(DomainEnd.REBOOT);
        await(() -> phase().equals("watched") && book.facts().targetDomid() == 100);
        assertTrue(order("set aside 3") < order("create 100"));
        assertTrue(order("create 100") < order("carry over 4"));
        assertTrue(order("carry over 4") < order("destroy 4"));
        assertTrue(order("destroy 4") < order("destroy 3"), "a target cannot go before the guard that maps it");
        assertTrue(order("destroy 3") < order("release 100"));
        assertEquals(TARGET, book.facts().targetUuid());
        int memoryKb = xen.config(new Domid(100))
                .tree()
                .path("b_info")
                .path("target_memkb")
                .asInt();
        assertEquals(2048, memoryKb, "nothing is populated on demand under a guard");
    }

    @Test
    void theTimeInWhichATargetIsMadeAgainDoesNotCount() {
        SimDomain[] seen = {target};
        xen.onCreate(made -> {
            if (made.info().name().equals("web")) {
                seen[0] = made;
                Poll.until(() -> false, W, W);
            } else {
                new SimGuard(xen, made, seen[0]);
            }
        });
        keep();
        target.end(DomainEnd.REBOOT);
        await(() -> phase().equals("watched") && book.facts().targetDomid() == 100);
        long longest = keepers.view(TARGET).orElseThrow().longestUnprovenMs();
        assertTrue(longest < W.toMillis(), () -> longest + " ms");
    }

    @Test
    void aGuardThatCannotBeCarriedOverIsReplaced() {
        agentsInNewGuards();
        xen.fail("carry over 4", 1);
        keep();
        target.end(DomainEnd.REBOOT);
        await(() -> phase().equals("watched") && book.facts().targetDomid() == 100);
        assertFalse(xen.diary().contains("carry over 4"));
        assertTrue(order("destroy 4") < order("destroy 3"));
        assertTrue(order("destroy 3") < order("release 100"));
    }

    @Test
    void aTargetThatCannotBeMadeAgainKeepsItsName() {
        keep();
        xen.fail("create web", Integer.MAX_VALUE);
        target.end(DomainEnd.REBOOT);
        await(() -> phase().equals("down"));
        assertEquals("web", target.info().name());
        assertTrue(keepers.view(TARGET).orElseThrow().alert().contains("create web fails"));
    }

    @Test
    void aTargetThatPowersOffEndsItsPair() {
        keep();
        target.end(DomainEnd.POWEROFF);
        await(() -> book.all().isEmpty());
        assertTrue(order("destroy 4") < order("destroy 3"));
    }

    @Test
    void aTargetThatSuspendsItselfInALoopIsResumedWatchedAndEverMoreSeldom() {
        keep();
        long last = 0;
        for (int i = 0; i < 8; i++) {
            last = System.nanoTime();
            target.end(DomainEnd.SUSPEND);
            await(() -> !target.info().suspended());
            await(() -> phase().equals("watched") && !target.info().paused());
        }
        long tookMs = (System.nanoTime() - last) / 1_000_000;
        assertTrue(tookMs >= 5 * 64, "the interval of 5 ms was doubled six times: " + tookMs + " ms");
        assertTrue(keepers.view(TARGET).orElseThrow().alert().contains("8 times"));
        assertEquals(8, xen.diary().stream().filter("resume 3"::equals).count());
        assertTrue(order("pause 3") < order("resume 3"), "it runs nothing before its guard has looked");
        assertTrue(order("resume 3") < order("release 3"));
    }

    @Test
    void aHeldTargetThatSomebodyUnpausesStandsStillAgain() {
        plans.restartGuards = false;
        keep();
        agent.silentFor(Integer.MAX_VALUE);
        await(() -> keepers.view(TARGET).orElseThrow().alert().contains("guard")); // not only paused by an alarm
        target.paused(false);
        await(() -> target.info().paused());
        await(() -> keepers.view(TARGET).orElseThrow().alert().contains("somebody has unpaused"));
    }

    @Test
    void aHeldTargetIsLookedAtWhileItsKeeperWaitsForANewGuard() {
        keep();
        xen.destroy(new Domid(4), SHORT);
        await(() -> book.facts().guardDomid() == 100);
        assertTrue(target.info().paused());
        target.paused(false);
        await(() -> target.info().paused());
        assertEquals(100, book.facts().guardDomid(), "its agent is still waited for");
    }

    @Test
    void aGuardThatADeadDaemonMadeAndDidNotRecordIsMadeAgain() {
        agentsInNewGuards();
        SimDomain left = xen.add(new SimDomain(new Domid(50), GUARD, "web-guard", 16));
        left.paused(true);
        book.rememberGuard(TARGET, config("web-guard", "pv", GUARD));
        xen.destroy(new Domid(4), SHORT);
        keepers.start(timer);
        await(() -> book.facts().guardDomid() == 100 && phase().equals("watched"));
        assertTrue(order("destroy 50") < order("create 100"));
    }

    @Test
    void aNewGuardHasTheNameOfItsPairThoughItWasRememberedByTheOneUnderWhichItCame() {
        agentsInNewGuards();
        book.rememberGuard(TARGET, config("web-guard--incoming", "pv", GUARD));
        xen.destroy(new Domid(4), SHORT);
        keepers.start(timer);
        await(() -> book.facts().guardDomid() == 100 && phase().equals("watched"));
        assertEquals("web-guard", xen.domain(new Domid(100)).orElseThrow().name());
    }

    @Test
    void ofAGuardThatNothingBootsNoOtherIsMade() {
        book.rememberGuard(
                TARGET,
                DomainConfig.parse(config("web-guard", "pv", GUARD).json().replace(",\"kernel\":\"/boot/k\"", "")));
        xen.destroy(new Domid(4), SHORT);
        keepers.start(timer);
        await(() -> keepers.view(TARGET)
                .filter(view -> view.alert().contains("nothing tells how to make another one"))
                .isPresent());
        assertTrue(target.info().paused());
    }

    @Test
    void anotherDaemonGoesOnHoldingATargetThatIsHeld() {
        keep();
        agent.silentFor(Integer.MAX_VALUE);
        await(() -> target.info().paused());
        keepers.close();
        await(keepers::idle);
        agent.silentFor(0);
        keepers = keepers();
        keepers.start(timer);
        await(() -> !target.info().paused());
        await(() -> phase().equals("watched"));
    }

    @Test
    void theTimeWithoutADaemonCounts() {
        keep();
        keepers.close();
        await(keepers::idle);
        assertFalse(Poll.until(() -> false, W.plus(SHORT), SHORT), "nobody looks for longer than W");
        keepers = keepers();
        keep();
        KeptPair now = keepers.view(TARGET).orElseThrow();
        assertTrue(now.longestUnprovenMs() > W.toMillis(), now::toString);
        assertTrue(now.alert().contains("no daemon ran"), now::alert);
        assertEquals("watched", now.phase());
    }

    @Test
    void nothingIsTouchedThatAMigrationHas() {
        keep();
        book.hands(() -> Hands.MIGRATION);
        long before = looks();
        agent.silentFor(Integer.MAX_VALUE);
        target.end(DomainEnd.SUSPEND);
        assertFalse(Poll.until(() -> !xen.diary().isEmpty(), Duration.ofMillis(300), Duration.ofMillis(10)));
        assertTrue(looks() - before <= 1);
    }

    @Test
    void aTargetThatAMigrationLeftPausedRunsOnWhenItsGuardProvesALook() {
        keep();
        book.hands(() -> Hands.MIGRATION);
        long before = looks();
        target.paused(true);
        assertFalse(Poll.until(() -> looks() > before + 1, Duration.ofMillis(100), Duration.ofMillis(10)));
        book.hands(() -> Hands.KEEPER);
        await(() -> !target.info().paused());
        await(() -> phase().equals("watched"));
    }

    @Test
    void whatAnOperatorPausedStaysPaused() {
        keep();
        target.paused(true);
        long before = looks();
        await(() -> looks() > before + 3);
        assertTrue(target.info().paused());
    }

    @Test
    void aWishWaitsForWhoeverWorksOnThePair() {
        keep();
        assertTrue(claims.take(TARGET));
        keepers.ask(TARGET, new LifeEvent.StopAsked(false));
        long before = looks();
        await(() -> looks() > before + 3);
        claims.giveBack(TARGET);
        await(() -> book.all().isEmpty());
    }

    @Test
    void aGuardThatIsLostInThePreCopyEndsTheMigration() {
        keep();
        book.hands(() -> Hands.PRE_COPY);
        await(() -> looks() > 3);
        agent.silentFor(Integer.MAX_VALUE);
        await(() -> !book.lost.isEmpty());
        assertEquals(Set.of(), others("pause 3"), "all but the pause at the end of W is the migration's business");
    }

    @Test
    void withoutXenstoreTheTargetStandsStillInTimeAndGoesOnWatchedWhenItIsBack() {
        keep();
        xen.xenstore().gone(true);
        await(() -> target.info().paused());
        assertTrue(keepers.view(TARGET).orElseThrow().longestUnprovenMs() < W.toMillis(), "paused before W is over");
        xen.xenstore().gone(false);
        await(() -> !target.info().paused() && phase().equals("watched"));
        assertEquals(Set.of(), others("pause 3", "release 3", "release 4"));
    }

    @Test
    void aHoldThatCannotBeNotedIsNotedLater() {
        plans.restartGuards = false;
        keep();
        agent.silentFor(Integer.MAX_VALUE);
        xen.xenstore().gone(true);
        await(() -> target.info().paused());
        target.paused(false);
        await(() -> target.info().paused());
        xen.xenstore().gone(false);
        await(() -> xen.xenstore().read("/local/domain/3/vmcoupler/held").isPresent());
    }

    @Test
    void aTargetWhoseKeeperHangsStandsStillInTime() throws Exception {
        keep();
        CountDownLatch answers = new CountDownLatch(1);
        xen.xenstore().watch(() -> awaitQuietly(answers));
        await(() -> target.info().paused());
        await(() -> alert().contains("could be taken in time"));
        assertTrue(notes.has(new Domid(3)), "for another daemon");
        assertTrue(keepers.view(TARGET).orElseThrow().longestUnprovenMs() < 2 * W.toMillis());
        answers.countDown();
        await(() -> !target.info().paused() && phase().equals("watched"));
    }

    @Test
    void whatADeadDaemonHeldAndCouldNotNoteInXenstoreIsReleasedByTheNext() {
        notes.note(new Domid(3));
        target.paused(true);
        keepers.start(timer);
        await(() -> !target.info().paused());
        await(() -> phase().equals("watched"));
        assertFalse(notes.has(new Domid(3)));
    }

    @Test
    void aPairThatIsBeingLeftIsNotKeptMeanwhile() {
        keep();
        assertTrue(keepers.letGo(TARGET, Duration.ofSeconds(10)));
        xen.destroy(new Domid(4), SHORT);
        assertFalse(Poll.until(() -> target.info().paused(), W, Duration.ofMillis(10)), "it runs on, unwatched");
        keepers.goOn(TARGET);
        await(() -> target.info().paused());
    }

    @Test
    void aGuardThatIsDestroyedWhileASuspendMayComeIsLost() {
        keep();
        book.hands(() -> Hands.PRE_COPY);
        xen.destroy(new Domid(4), SHORT);
        await(() -> target.info().paused());
        await(() -> book.lost.contains("Somebody has destroyed the guard."));
        agentsInNewGuards();
        book.hands(() -> Hands.KEEPER);
        await(() -> !target.info().paused() && phase().equals("watched"));
    }

    @Test
    void aTargetThatIsGoneIsNotWaitedForToStandStill() {
        plans.restartGuards = false;
        keep();
        agent.silentFor(Integer.MAX_VALUE);
        xen.fail("pause 3", Integer.MAX_VALUE);
        await(() -> phase().equals("guard-lost"));
        xen.destroy(new Domid(3), SHORT);
        await(() -> book.all().isEmpty());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String alert() {
        return keepers.view(TARGET).map(KeptPair::alert).orElse("");
    }

    private Set<String> others(String... known) {
        Set<String> out = new TreeSet<>(xen.diary());
        out.removeAll(Set.of(known));
        return out;
    }

    @Test
    void anAttemptThatFailsForWhateverReasonIsTriedAgain() {
        agentsInNewGuards();
        keep();
        book.failNextRecord(new UncheckedIOException(new IOException("no space is left")));
        xen.destroy(new Domid(4), SHORT);
        await(() -> book.facts().guardDomid() > 100);
        await(() -> phase().equals("watched") && !target.info().paused());
        assertTrue(order("destroy 100") < order("create 101"), "the first new one was not recorded");
    }

    @Test
    void aHeldTargetIsHeldOnWhenXenstoreComesLaterThanTheDaemon() {
        keep();
        agent.silentFor(Integer.MAX_VALUE);
        await(() -> target.info().paused() && phase().equals("guard-lost"));
        keepers.close();
        await(keepers::idle);
        agent.silentFor(0);
        xen.xenstore().gone(true);
        keepers = keepers();
        keepers.start(timer);
        await(() -> keepers.view(TARGET).isPresent());
        xen.xenstore().gone(false);
        await(() -> !target.info().paused() && phase().equals("watched"));
    }

    @Test
    void aMigrationThatBeginsBeforeTheClaimHasThePair() {
        keep();
        book.hands(() -> {
            boolean free = claims.take(TARGET);
            if (free) {
                claims.giveBack(TARGET);
            }
            return free ? Hands.KEEPER : Hands.MIGRATION;
        });
        target.end(DomainEnd.SUSPEND);
        assertFalse(Poll.until(() -> !xen.diary().isEmpty(), Duration.ofMillis(300), Duration.ofMillis(10)));
        assertTrue(claims.take(TARGET), "it was given back");
    }

    @Test
    void nothingIsDoneToAPairThatSomebodyElseWorksOn() {
        keep();
        assertTrue(claims.take(TARGET));
        target.end(DomainEnd.POWEROFF);
        assertFalse(Poll.until(() -> !xen.diary().isEmpty(), Duration.ofMillis(300), Duration.ofMillis(10)));
        claims.giveBack(TARGET);
        await(() -> book.all().isEmpty());
    }

    @Test
    void anOperatorStopsAPairWhoseTargetDoesNotListen() {
        keep();
        keepers.ask(TARGET, new LifeEvent.StopAsked(false));
        await(() -> book.all().isEmpty());
        assertTrue(order("ask to power off 3") < order("pause 3"));
        assertTrue(order("pause 3") < order("destroy 4"), "it is not watched any more");
    }

    @Test
    void aTargetThatCannotBeAskedIsEndedAllTheSame() {
        keep();
        xen.fail("ask to power off 3", Integer.MAX_VALUE);
        keepers.ask(TARGET, new LifeEvent.StopAsked(false));
        await(() -> book.all().isEmpty());
        assertTrue(order("pause 3") < order("destroy 4"));
    }
}
