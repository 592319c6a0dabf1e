/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.Decision;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.guardlink.GuardLinks;
import org.vmcoupler.hold.Hold;
import org.vmcoupler.hold.HoldNotes;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.sim.SimDomain;
import org.vmcoupler.hypervisor.sim.SimHypervisor;
import org.vmcoupler.journal.Journal;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.journal.Role;
import org.vmcoupler.keeper.GuardMemory;
import org.vmcoupler.migration.Deadlines;
import org.vmcoupler.migration.Definitions;
import org.vmcoupler.migration.Errands;
import org.vmcoupler.migration.HostParts;
import org.vmcoupler.migration.LabSwitches;
import org.vmcoupler.report.ReportStore;
import org.vmcoupler.savehelper.HelperProcess;
import org.vmcoupler.savehelper.ShimServer;
import org.vmcoupler.time.Poll;

/** A daemon's start with attempts that its predecessor left open, on a host in memory whose guard never answers. */
class RecoveryTest {

    private static final UUID ATTEMPT = new UUID(1, 1);
    private static final UUID TARGET = new UUID(3, 3);
    private static final UUID GUARD = new UUID(4, 4);
    private static final PairFacts PAIR = new PairFacts("web", TARGET, 3, "web-guard", GUARD, 4);
    private static final Duration SHORT = Duration.ofMillis(30);

    private final SimHypervisor xen = new SimHypervisor("boot-1");
    private final SimDomain target = xen.add(new SimDomain(new Domid(3), TARGET, "web", 256));
    private final SimDomain guard = xen.add(new SimDomain(new Domid(4), GUARD, "web-guard", 16));
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final BlockingQueue<Errand> errands = new LinkedBlockingQueue<>();
    private final Path folder;
    private final Journal journal;
    private final ShimServer shims;

    private record Errand(ControlMessage message, Predicate<ControlMessage> settles) {}

    RecoveryTest(@TempDir Path folder) throws Exception {
        this.folder = folder;
        this.journal = Journal.open(folder.resolve("journal"));
        this.shims = ShimServer.start(folder.resolve("shim"), loops);
    }

    @AfterEach
    void stop() throws Exception {
        shims.close();
        journal.close();
        workers.shutdownNow();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private void leaveOpen(Role role, String bootId) {
        journal.append(new JournalRecord.Begin(ATTEMPT, role, "beta", "peer-journal", PAIR, bootId));
        if (role == Role.SOURCE) {
            target.suspend();
            guard.suspend();
        }
        target.paused(true);
        guard.paused(true);
    }

    private void restart() {
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
        PeerDoor nobody = (name, messages, lost) -> {
            throw new Refusal(ErrorCode.ROLLED_BACK, "no way out");
        };
        Reception reception = new Reception(
                host,
                Optional.empty(),
                new Reports(new ReportStore(folder.resolve("reports"))),
                new GuardMemory(folder.resolve("guards")));
        new Recovery(host, "alpha", new Departures(host, nobody, this::deliver), reception, this::deliver).run();
    }

    private void deliver(Errands.Errand errand, Predicate<ControlMessage> settles) {
        assertEquals("beta", errand.peer());
        assertEquals("peer-journal", errand.journalId());
        errands.add(new Errand(errand.message(), settles));
    }

    /** A pair that has moved is not started here again, whoever finished the move. */
    private void untilReported() {
        until(() -> Files.exists(folder.resolve("reports").resolve(ATTEMPT + ".json")));
    }

    private Errand errand() throws InterruptedException {
        return Optional.ofNullable(errands.poll(20, TimeUnit.SECONDS)).orElseThrow();
    }

    private static void until(BooleanSupplier condition) {
        assertTrue(Poll.until(condition, Duration.ofSeconds(20), Duration.ofMillis(2)));
    }

    @Test
    void anUndecidedSourceKeepsAndWithoutAProvenLookItsTargetStaysPaused() {
        leaveOpen(Role.SOURCE, "boot-1");
        restart();
        assertEquals(Decision.KEEP, journal.state().decision(ATTEMPT));
        until(() -> xen.diary().contains("pause 3"));
        assertFalse(xen.diary().contains("release 3"), xen.diary()::toString);
        assertFalse(target.runs());
        assertTrue(guard.runs());
        assertTrue(xen.diary().contains("stop log-dirty of 3"));
    }

    @Test
    void aSourceThatYieldedTouchesNothingAndAsksUntilAnAnswer() throws Exception {
        leaveOpen(Role.SOURCE, "boot-1");
        journal.append(new JournalRecord.Yield(ATTEMPT, ""));
        restart();
        assertEquals(new ControlMessage.Yield(ATTEMPT), errand().message());
        assertEquals(List.of(), xen.diary());
        assertEquals(Decision.YIELD, journal.state().decision(ATTEMPT));
    }

    @Test
    void aSourceThatYieldedKeepsOnceTheDestinationHasRefused() throws Exception {
        leaveOpen(Role.SOURCE, "boot-1");
        journal.append(new JournalRecord.Yield(ATTEMPT, ""));
        restart();
        assertTrue(errand().settles().test(new ControlMessage.Refuse(ATTEMPT, ErrorCode.ROLLED_BACK, "no")));
        until(() -> xen.diary().contains("resume 4"));
        untilReported();
        assertEquals(Decision.KEEP, journal.state().decision(ATTEMPT));
    }

    @Test
    void aSourceThatYieldedDestroysItsCopiesGuardFirstOnceTheTargetRunsThere() throws Exception {
        leaveOpen(Role.SOURCE, "boot-1");
        journal.append(new JournalRecord.Yield(ATTEMPT, ""));
        restart();
        assertTrue(errand().settles().test(new ControlMessage.Running(ATTEMPT, 1, 1, -1, 0)));
        until(() -> xen.diary().contains("destroy 3"));
        assertEquals(List.of("destroy 4", "destroy 3"), xen.diary());
    }

    @Test
    void afterABootTheCopiesAreGoneAndStrangersWithTheirNumbersAreLeftAlone() throws Exception {
        journal.append(new JournalRecord.Pair(TARGET, PAIR, "boot-0"));
        leaveOpen(Role.SOURCE, "boot-0");
        xen.add(new SimDomain(new Domid(3), new UUID(9, 9), "stranger", 16));
        xen.add(new SimDomain(new Domid(4), new UUID(9, 8), "another", 16));
        restart();
        assertEquals(Decision.YIELD, journal.state().decision(ATTEMPT));
        Errand yield = errand();
        assertEquals(new ControlMessage.Yield(ATTEMPT), yield.message());
        assertTrue(yield.settles().test(new ControlMessage.Running(ATTEMPT, 1, 1, -1, 0)));
        until(() -> journal.state().pairs().isEmpty());
        assertEquals(List.of(), xen.diary());
    }

    @Test
    void aKeepOfAnEarlierBootResumesNoStranger() {
        leaveOpen(Role.SOURCE, "boot-0");
        journal.append(new JournalRecord.Keep(ATTEMPT, "", false));
        xen.add(new SimDomain(new Domid(3), new UUID(9, 9), "stranger", 16)).paused(true);
        xen.add(new SimDomain(new Domid(4), new UUID(9, 8), "another", 16)).paused(true);
        restart();
        workers.shutdown();
        until(workers::isTerminated);
        assertEquals(List.of(), xen.diary());
    }

    @Test
    void helpersOfThisBootAreKilledAndThoseOfAnotherAreStrangers() throws Exception {
        Process ours = new ProcessBuilder("sleep", "60").start();
        Process stranger = new ProcessBuilder("sleep", "60").start();
        try {
            leaveOpen(Role.SOURCE, "boot-1");
            journal.append(helper(ours, "boot-1"));
            journal.append(helper(stranger, "boot-0"));
            restart();
            assertTrue(ours.waitFor(20, TimeUnit.SECONDS));
            assertFalse(stranger.waitFor(50, TimeUnit.MILLISECONDS));
        } finally {
            ours.destroyForcibly();
            stranger.destroyForcibly();
        }
    }

    private static JournalRecord.Helper helper(Process process, String bootId) {
        HelperProcess now = HelperProcess.of(process.pid()).orElseThrow();
        return new JournalRecord.Helper(ATTEMPT, now.pid(), now.startTicks(), bootId);
    }
}
