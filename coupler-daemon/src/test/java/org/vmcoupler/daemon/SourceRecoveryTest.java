/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.config.Config;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.Decision;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.guardlink.GuardLinks;
import org.vmcoupler.hold.Hold;
import org.vmcoupler.hold.HoldNotes;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.sim.SimDomain;
import org.vmcoupler.hypervisor.sim.SimGuard;
import org.vmcoupler.hypervisor.sim.SimHypervisor;
import org.vmcoupler.journal.Journal;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.journal.Role;
import org.vmcoupler.keeper.GuardMemory;
import org.vmcoupler.keeper.Hands;
import org.vmcoupler.local.LocalRequest;
import org.vmcoupler.migration.Deadlines;
import org.vmcoupler.migration.Definitions;
import org.vmcoupler.migration.HostParts;
import org.vmcoupler.migration.LabSwitches;
import org.vmcoupler.report.ReportStore;
import org.vmcoupler.savehelper.ShimServer;
import org.vmcoupler.time.BackOff;
import org.vmcoupler.time.Poll;

/** A source's start with open attempts, whose guard answers and whose destination is another one, or none, than at BEGIN. */
class SourceRecoveryTest {

    private static final UUID ATTEMPT = new UUID(1, 1);
    private static final UUID NEWER = new UUID(1, 2);
    private static final UUID TARGET = new UUID(3, 3);
    private static final UUID GUARD = new UUID(4, 4);
    private static final PairFacts PAIR = new PairFacts("web", TARGET, 3, "web-guard", GUARD, 4);
    private static final Duration SHORT = Duration.ofMillis(30);
    private static final ControlMessage REFUSE = new ControlMessage.Refuse(ATTEMPT, ErrorCode.ROLLED_BACK, "no");

    private final SimHypervisor xen = new SimHypervisor("boot-1");
    private final SimDomain target = xen.add(new SimDomain(new Domid(3), TARGET, "web", 256));
    private final SimDomain guard = xen.add(new SimDomain(new Domid(4), GUARD, "web-guard", 16));
    private final SimGuard agent = new SimGuard(xen, guard, target);
    private final ScriptedDoor door = new ScriptedDoor();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Journal journal;
    private final ShimServer shims;
    private final Departures departures;
    private final Recovery recovery;
    private final PairService service;
    private final Pairs pairs;

    SourceRecoveryTest(@TempDir Path folder) throws Exception {
        journal = Journal.open(folder.resolve("journal"));
        shims = ShimServer.start(folder.resolve("shim"), loops);
        HostParts host = new HostParts(
                xen,
                shims,
                journal,
                workers,
                InstantSource.system(),
                new SecureRandom(),
                new Deadlines(SHORT, SHORT, SHORT, SHORT, SHORT, SHORT.multipliedBy(12), SHORT),
                LabSwitches.NONE,
                new GuardLinks(xen),
                Definitions.NONE,
                new Hold(xen, new HoldNotes(folder.resolve("paused"))));
        BackOff quick = new BackOff(Duration.ofMillis(1), Duration.ofMillis(5));
        ErrandRunner errands = new ErrandRunner(door, timer, workers, quick);
        Reports reports = new Reports(new ReportStore(folder.resolve("reports")));
        departures = new Departures(host, door, errands);
        GuardMemory guards = new GuardMemory(folder.resolve("guards"));
        Reception reception = new Reception(host, Optional.empty(), reports, guards);
        recovery = new Recovery(host, "alpha", departures, reception, errands);
        Config config = Config.parse("""
                [daemon]
                name = "alpha"
                [[peers]]
                name = "beta"
                address = "192.0.2.1"
                """, "test");
        service = new PairService(config, host, departures, reports, SimHost.keeping(host, config, departures));
        pairs = new Pairs(journal, xen, departures, guards);
        journal.append(new JournalRecord.Pair(TARGET, PAIR, "boot-1"));
        journal.append(begin(ATTEMPT));
    }

    @AfterEach
    void stop() throws Exception {
        timer.shutdownNow();
        workers.shutdownNow();
        assertTrue(workers.awaitTermination(20, TimeUnit.SECONDS));
        shims.close();
        journal.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static JournalRecord begin(UUID attempt) {
        return new JournalRecord.Begin(attempt, Role.SOURCE, "beta", "old", PAIR, "boot-1");
    }

    private void stopPair() {
        target.suspend();
        guard.suspend();
        target.paused(true);
        guard.paused(true);
        agent.unmap();
    }

    private static void until(BooleanSupplier condition) {
        assertTrue(Poll.until(condition, Duration.ofSeconds(20), Duration.ofMillis(2)));
    }

    private boolean done() {
        return Optional.ofNullable(journal.state().open().get(ATTEMPT))
                .orElseThrow()
                .running();
    }

    /** Returns that of the report that was kept last; a test whose attempt ends waits for it: else it is written while its folder is deleted. */
    private String outcome() {
        try {
            return service.report(new LocalRequest.Report(Optional.empty())).outcome();
        } catch (Refusal e) {
            return String.valueOf(e.getMessage());
        }
    }

    private Refusal refused() {
        LocalRequest.Migrate request = SimHost.webToBeta();
        return assertThrows(Refusal.class, () -> service.migrate(request, progress -> {}));
    }

    @Test
    void aTargetThatWasTakenMayRunUntilItsRunningIsDurable() {
        UUID came = new UUID(7, 7);
        PairFacts facts = new PairFacts("shop", came, 7, "shop-guard", new UUID(8, 8), 8);
        journal.append(new JournalRecord.Begin(NEWER, Role.DESTINATION, "beta", "old", facts, "boot-1"));
        assertEquals(Hands.MIGRATION, pairs.hands(came));
        journal.append(new JournalRecord.Take(NEWER));
        assertEquals(Hands.STOP, pairs.hands(came));
        journal.append(new JournalRecord.Running(NEWER));
        assertEquals(Hands.KEEPER, pairs.hands(came));
    }

    @Test
    void aRefusalOfAnotherJournalLeavesAYieldedPairPaused() {
        stopPair();
        journal.append(new JournalRecord.Yield(ATTEMPT, ""));
        door.journal("new");
        door.answerAtOnce(REFUSE);
        door.answer(REFUSE);
        recovery.run();
        until(() -> door.connections() >= 5);
        assertEquals(Decision.YIELD, journal.state().decision(ATTEMPT));
        assertEquals(List.of(), xen.diary());
        assertEquals(List.of(), door.sent());
        door.journal("old");
        until(target::runs);
        assertEquals(Decision.KEEP, journal.state().decision(ATTEMPT));
        until(() -> outcome().equals("rolled-back"));
    }

    @Test
    void anAttemptThatWasRolledBackTouchesNothingAndOnlyTellsItsPeer() {
        journal.append(new JournalRecord.Keep(ATTEMPT, "", false));
        journal.append(new JournalRecord.Running(ATTEMPT));
        stopPair();
        door.answer(REFUSE);
        recovery.run();
        until(() -> journal.state().open().isEmpty());
        assertEquals(List.of(), xen.diary());
        assertEquals(List.of(), agent.asked());
        assertTrue(departures.of(TARGET).isEmpty());
    }

    @Test
    void aGuardThatTheKeeperHasRegainedLeavesNothingToRollBack() {
        journal.append(new JournalRecord.Keep(ATTEMPT, "", false));
        pairs.regained(new UUID(3, 4));
        assertFalse(done(), "that is another pair");
        pairs.regained(TARGET);
        assertTrue(done());
        door.answer(REFUSE);
        recovery.run();
        until(() -> journal.state().open().isEmpty());
        assertEquals(List.of(), xen.diary());
        assertEquals(List.of(), agent.asked());
        pairs.regained(TARGET);
    }

    @Test
    void aPairWhoseKeeperDiedBeforeItSaidThatAllIsWellIsRolledBackAsItIsNow() {
        journal.append(new JournalRecord.Keep(ATTEMPT, "", false));
        xen.destroy(guard.domid(), SHORT);
        SimDomain fresh = xen.add(new SimDomain(new Domid(9), GUARD, "web-guard", 16));
        new SimGuard(xen, fresh, target);
        xen.setTarget(fresh.domid(), target.domid());
        journal.append(new JournalRecord.Pair(TARGET, PAIR.with(Member.GUARD, 9), "boot-1"));
        recovery.run();
        until(this::done);
        assertFalse(xen.diary().contains("pause 3"), xen.diary()::toString);
        assertTrue(target.runs());
    }

    @Test
    void anAttemptThatHasGivenThePairUpIsNotEndedByARegainedGuard() {
        journal.append(new JournalRecord.Yield(ATTEMPT, ""));
        pairs.regained(TARGET);
        assertFalse(done());
    }

    @Test
    void ofSeveralAttemptsOnlyTheNewestMayTouchThePair() {
        journal.append(new JournalRecord.Keep(ATTEMPT, "", false));
        journal.append(begin(NEWER));
        journal.append(new JournalRecord.Yield(NEWER, ""));
        stopPair();
        recovery.run();
        until(() -> door.sent().contains(new ControlMessage.Yield(NEWER))
                && door.sent().stream().anyMatch(ControlMessage.Keep.class::isInstance));
        assertEquals(List.of(), xen.diary());
        assertFalse(target.runs());
        assertEquals(
                NEWER.toString(),
                departures.of(TARGET).orElseThrow().view().progress().migrationId());
    }

    @Test
    void aSuspendThatMayComeLateIsWatchedForAgainAndItsPairIsNotMoved() {
        journal.append(new JournalRecord.Stopping(ATTEMPT));
        journal.append(new JournalRecord.Keep(ATTEMPT, "", false));
        xen.xenstore().write("/local/domain/3/control/shutdown", "");
        recovery.run();
        until(() -> service.pairs().get(0).state().equals("suspend-pending"));
        assertTrue(target.runs());
        Refusal refusal = refused();
        assertEquals(ErrorCode.SUSPEND_PENDING, refusal.code());
        assertEquals(
                ErrorCode.SUSPEND_PENDING,
                assertThrows(Refusal.class, () -> service.uncouple(new LocalRequest.Uncouple("web", true)))
                        .code());
        assertFalse(done());
        agent.unmap();
        target.suspend();
        until(() -> departures.of(TARGET).isEmpty());
        assertTrue(target.runs());
        assertEquals("watched", service.pairs().get(0).state());
    }

    @Test
    void anAttemptOfAFormerBootTouchesNoDomainOfThisOne() {
        UUID former = new UUID(1, 3);
        journal.append(new JournalRecord.Keep(ATTEMPT, "", false));
        journal.append(new JournalRecord.Running(ATTEMPT));
        journal.append(new JournalRecord.Closed(ATTEMPT));
        journal.append(new JournalRecord.Begin(former, Role.SOURCE, "beta", "old", PAIR, "boot-0"));
        journal.append(new JournalRecord.Yield(former, ""));
        door.answer(new ControlMessage.Running(former, 1, 1, -1, 0));
        recovery.run();
        until(() -> door.sent().stream().anyMatch(ControlMessage.Done.class::isInstance));
        assertEquals(List.of(), xen.diary());
        assertTrue(target.runs());
        assertTrue(journal.state().pairs().containsKey(TARGET), "the pair of this boot stays coupled");
    }

    /** Its peer may be silent for long, and nobody else would see to it that the pair is watched. */
    @Test
    void aPairThatHasComeBackInOtherDomainsIsItsKeepersWhateverTheAttemptByWhichItLeftStillWaitsFor() {
        journal.append(new JournalRecord.Yield(ATTEMPT, ""));
        recovery.run();
        until(() -> door.connections() >= 1);
        assertEquals(Hands.MIGRATION, pairs.hands(TARGET));
        journal.append(
                new JournalRecord.Pair(TARGET, PAIR.with(Member.TARGET, 13).with(Member.GUARD, 14), "boot-1"));
        assertEquals(Hands.KEEPER, pairs.hands(TARGET));
        assertTrue(departures.of(TARGET).isEmpty());
        Refusal refusal = refused();
        assertEquals(ErrorCode.BUSY, refusal.code());
        assertTrue(String.valueOf(refusal.getMessage()).contains("has come back"), refusal::toString);
        assertEquals(
                List.of(ATTEMPT.toString()),
                departures.progress().stream().map(p -> p.migrationId()).toList());
    }

    @Test
    void anUncoupledPairIsLeftAsItIs() {
        journal.append(new JournalRecord.Keep(ATTEMPT, "", false));
        journal.append(new JournalRecord.Unpair(TARGET));
        stopPair();
        door.answer(REFUSE);
        recovery.run();
        until(() -> journal.state().open().isEmpty());
        assertEquals(List.of(), xen.diary());
    }
}
