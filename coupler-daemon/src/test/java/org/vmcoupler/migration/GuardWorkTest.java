/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.StreamDigest;
import org.vmcoupler.coupling.source.SourceEvent;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.guardlink.GuardLinks;
import org.vmcoupler.guardlink.GuardStanding;
import org.vmcoupler.guardlink.SimAgent;
import org.vmcoupler.hold.Hold;
import org.vmcoupler.hold.HoldNotes;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.sim.SimDomain;
import org.vmcoupler.hypervisor.sim.SimHypervisor;
import org.vmcoupler.journal.Journal;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.savehelper.ShimServer;

/** A guard whose agent remembers, asked by the daemons of two hosts one after the other. */
class GuardWorkTest {

    private static final long COUNTER_GFN = 5;
    private static final PairFacts PAIR = new PairFacts("web", new UUID(3, 3), 3, "web-guard", new UUID(4, 4), 4);

    private static final UUID ATTEMPT = new UUID(1, 1);
    private static final Domid TARGET = new Domid(3);
    private static final Domid GUARD = new Domid(4);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(100);

    private final SimHypervisor alpha = host("alpha-boot");
    private final SimHypervisor beta = host("beta-boot");
    private final SimAgent agent = new SimAgent(alpha, GUARD);
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final Journal journal;
    private final ShimServer shims;
    private final HoldNotes notes;
    private LabSwitches lab = LabSwitches.NONE;

    GuardWorkTest(@TempDir Path folder) throws Exception {
        this.journal = Journal.open(folder.resolve("journal"));
        this.shims = ShimServer.start(folder.resolve("shim"), loops);
        this.notes = new HoldNotes(folder.resolve("paused"));
    }

    private static SimHypervisor host(String bootId) {
        SimHypervisor host = new SimHypervisor(bootId);
        host.add(new SimDomain(TARGET, new UUID(3, 3), "web", 256)).paused(true);
        host.add(new SimDomain(GUARD, new UUID(4, 4), "web-guard", 16));
        return host;
    }

    @AfterEach
    void stop() throws Exception {
        agent.close();
        shims.close();
        journal.close();
        workers.shutdownNow();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private HostParts parts(SimHypervisor host) {
        return new HostParts(
                host,
                shims,
                journal,
                workers,
                InstantSource.system(),
                new SecureRandom(),
                new Deadlines(LONG, LONG, LONG, LONG, SHORT, LONG, LONG),
                lab,
                new GuardLinks(host),
                Definitions.NONE,
                new Hold(host, notes));
    }

    private GuardWork at(SimHypervisor host) {
        return new GuardWork(parts(host), ATTEMPT.toString(), TARGET, GUARD);
    }

    private SourceEvent.LookedLast moveAwayFromAlpha() {
        at(alpha).remap(true, LONG);
        for (int i = 0; i < 20; i++) {
            at(alpha).watch(true, LONG);
        }
        SourceEvent.LookedLast last = at(alpha).lookLast("");
        agent.move(beta, GUARD);
        return last;
    }

    /** Each plants its own value at the same place of the target: without a turn for each, one finds the other's. */
    @Test
    void manyWhoAskAtOnceEachGetTheirLook() {
        at(alpha).remap(true, LONG);
        HostParts shared = parts(alpha);
        List<CompletableFuture<Void>> all = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.runAsync(
                        () -> {
                            for (int n = 0; n < 10; n++) {
                                new GuardWork(shared, ATTEMPT.toString(), TARGET, GUARD).watch(false, LONG);
                            }
                        },
                        workers))
                .toList();
        all.forEach(CompletableFuture::join);
    }

    @Test
    void theFirstRequestOfTheNextHostIsNotTakenForOneThatIsDone() {
        SourceEvent.LookedLast last = moveAwayFromAlpha();
        assertEquals(22, last.guardSequence());
        GuardWork work = new GuardWork(parts(beta), ATTEMPT.toString(), TARGET, GUARD, last.guardSequence());
        work.remapOnStart(Map.of("target", "3"), () -> {}, LONG);
        assertEquals(23, agent.lastSequence());
        at(beta).watch(true, LONG);
        assertEquals(24, agent.lastSequence());
    }

    @Test
    void anArrivalGoesOnFromTheNumberThatTheSourceHasSent() {
        SourceEvent.LookedLast last = moveAwayFromAlpha();
        Arrival arrival = arrival(PAIR);
        arrival.couple(stopped("0".repeat(64), -1, last));
        assertEquals(23, agent.lastSequence());
    }

    @Test
    void watchedPagesThatDifferFromTheLastLookAreNoReady() {
        SourceEvent.LookedLast last = moveAwayFromAlpha();
        Arrival arrival = arrival(PAIR);
        Refusal refusal = assertThrows(Refusal.class, () -> arrival.couple(stopped("1".repeat(64), -1, last)));
        assertEquals(ErrorCode.LOOK_NOT_PROVEN, refusal.code());
    }

    @Test
    void aCouplingThatFailedAtOnceIsMadeGoodByTheProof() {
        SourceEvent.LookedLast last = moveAwayFromAlpha();
        beta.fail("couple 4", 1);
        Arrival arrival = arrival(PAIR);
        assertThrows(RuntimeException.class, () -> arrival.couple(stopped("0".repeat(64), -1, last)));
        arrival.prove();
        assertEquals(24, agent.lastSequence());
    }

    @Test
    void aReleasedTargetWhoseCounterStandsIsNoticed() {
        SourceEvent.LookedLast last = moveAwayFromAlpha();
        count(7);
        Arrival arrival = arrival(PAIR);
        arrival.couple(stopped("0".repeat(64), COUNTER_GFN, last));
        arrival.release();
        assertFalse(arrival.goesOn());
        count(8);
        assertTrue(arrival.goesOn());
    }

    /** Writes a counter page as docs/guard-protocol.md has it. */
    private void count(long value) {
        byte[] words = ByteBuffer.allocate(40)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(0x564d434f55504c52L)
                .putLong(value)
                .putLong(0x1122334455667788L)
                .putLong(0xfeedfacecafebeefL)
                .putLong(0x564d434f55504c52L ^ 0x1122334455667788L)
                .array();
        beta.writeFrame(TARGET, COUNTER_GFN, 0, words);
    }

    private ControlMessage.Stopped stopped(String watched, long counterGfn, SourceEvent.LookedLast last) {
        StreamDigest digest = new StreamDigest(4096, "ab".repeat(16));
        return new ControlMessage.Stopped(ATTEMPT, digest, digest, -1, counterGfn, "", watched, last.guardSequence());
    }

    private Arrival arrival(PairFacts pair) {
        return new Arrival(new DestinationSetting(
                parts(beta),
                ATTEMPT,
                pair,
                new DestinationSetting.Origin("alpha", "their-boot"),
                Optional.empty(),
                json -> {},
                () -> {}));
    }

    @Test
    void anAgentThatRemembersPassesOverWhatStartsAgainAtOne() {
        moveAwayFromAlpha();
        Refusal refusal =
                assertThrows(Refusal.class, () -> at(beta).remapOnStart(Map.of("target", "3"), () -> {}, SHORT));
        assertEquals(ErrorCode.LOOK_NOT_PROVEN, refusal.code());
    }

    @Test
    void theSourceGoesOnWithItsOwnNumbersAfterARollBack() {
        moveAwayFromAlpha();
        agent.move(alpha, GUARD);
        at(alpha).remap(true, LONG);
        assertEquals(23, agent.lastSequence());
    }

    @Test
    void anAgentThatWasRestartedMapsAgain() {
        at(alpha).remap(true, LONG);
        // a restarted agent does the request that it finds: not the remap, here
        at(alpha).watch(true, LONG);
        agent.forget();
        assertThrows(Refusal.class, () -> at(alpha).watch(true, LONG), "only who is asked for it maps anew");
        assertEquals(
                GuardStanding.State.WATCHING,
                at(alpha).watchAgain(true, LONG).standing().state());
    }

    @Test
    void switchesOfALabAreToldByTheAgent() {
        assertEquals(List.of(), at(alpha).status().labSwitches());
        agent.labSwitches(List.of("frozenView", "skipMappingCheck"));
        assertEquals(
                List.of("frozenView", "skipMappingCheck"), at(alpha).status().labSwitches());
        assertTrue(at(alpha).status().viewAgeMs() >= 0);
    }

    @Test
    void aLabWritesDownWhatWasProvenAndNothingElse(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("looks");
        lab = new LabSwitches(true, false, false, Optional.empty(), Optional.of(new LookRecord(file)));
        long before = System.nanoTime();
        at(alpha).remap(true, LONG);
        at(alpha).watch(true, LONG);
        at(alpha).lookLast("");
        agent.forget();
        assertThrows(Refusal.class, () -> at(alpha).watch(true, LONG));
        List<String[]> lines = Files.readAllLines(file).stream()
                .map(line -> line.split(" ", -1))
                .toList();
        assertEquals(
                List.of("remap", "watch", "last"),
                lines.stream().map(words -> words[3]).toList());
        long last = before;
        for (String[] words : lines) {
            assertTrue(Long.parseLong(words[0]) >= last && Long.parseLong(words[1]) > Long.parseLong(words[0]));
            assertEquals(List.of("3", ATTEMPT.toString()), List.of(words[2], words[4]));
            last = Long.parseLong(words[1]);
        }
    }
}
