/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.vmcoupler.admission.LocalResources;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.coupling.Both;
import org.vmcoupler.coupling.OnTimeout;
import org.vmcoupler.coupling.PreCopyLimits;
import org.vmcoupler.coupling.source.SourceState;
import org.vmcoupler.guardlink.GuardLinks;
import org.vmcoupler.hold.Hold;
import org.vmcoupler.hold.HoldNotes;
import org.vmcoupler.hypervisor.DomainKind;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.sim.SimDomain;
import org.vmcoupler.hypervisor.sim.SimGuard;
import org.vmcoupler.hypervisor.sim.SimHypervisor;
import org.vmcoupler.inventory.InMemoryDomains;
import org.vmcoupler.journal.Journal;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.journal.Role;
import org.vmcoupler.relay.Bandwidth;
import org.vmcoupler.relay.RelaySetup;
import org.vmcoupler.savehelper.ShimServer;
import org.vmcoupler.stream.StreamRules;
import org.vmcoupler.time.Poll;

/** A source in memory: a coupled pair whose guard answers, an attempt that has begun, a peer that only takes notes. */
final class SourceHost implements AutoCloseable {

    static final UUID ATTEMPT = new UUID(1, 1);
    static final UUID TARGET = new UUID(3, 3);
    static final UUID GUARD = new UUID(4, 4);
    static final PairFacts PAIR = new PairFacts("web", TARGET, 3, "web-guard", GUARD, 4);
    static final String TARGETS_SHUTDOWN = "/local/domain/3/control/shutdown";
    static final Duration SHORT = Duration.ofMillis(30);

    final SimHypervisor xen = new SimHypervisor("boot-1");
    final SimDomain target = xen.add(new SimDomain(new Domid(3), TARGET, "web", 256));
    final SimDomain guard = xen.add(new SimDomain(new Domid(4), GUARD, "web-guard", 16));
    final SimGuard agent = new SimGuard(xen, guard, target);
    final List<ControlMessage> sent = new CopyOnWriteArrayList<>();
    final BlockingQueue<Sent> errands = new LinkedBlockingQueue<>();
    final InMemoryDomains libvirt = new InMemoryDomains();
    final Journal journal;
    final HostParts host;
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final ShimServer shims;

    record Sent(Errands.Errand errand, Predicate<ControlMessage> settles) {}

    SourceHost(Path folder) throws IOException {
        journal = Journal.open(folder.resolve("journal"));
        shims = ShimServer.start(folder.resolve("shim"), loops);
        host = new HostParts(
                xen,
                shims,
                journal,
                workers,
                InstantSource.system(),
                new SecureRandom(),
                new Deadlines(SHORT, SHORT, SHORT, SHORT, SHORT, SHORT.multipliedBy(12), SHORT),
                LabSwitches.NONE,
                new GuardLinks(xen),
                new Definitions(libvirt, new LocalResources(Set.of(), Set.of())),
                new Hold(xen, new HoldNotes(folder.resolve("paused"))));
        journal.append(new JournalRecord.Pair(TARGET, PAIR, "boot-1"));
        journal.append(new JournalRecord.Begin(ATTEMPT, Role.SOURCE, "beta", "peer-journal", PAIR, "boot-1"));
    }

    /**
     * Returns the same host with other deadlines.
     *
     * @param answer for a guard's answer
     * @param tries for all tries of a roll-back
     */
    HostParts patient(Duration answer, Duration tries) {
        return new HostParts(
                host.hypervisor(),
                host.shims(),
                host.journal(),
                host.workers(),
                host.clock(),
                host.random(),
                new Deadlines(answer, SHORT, SHORT, SHORT, SHORT, tries, SHORT),
                host.lab(),
                host.guards(),
                host.definitions(),
                host.hold());
    }

    /** Both domains are suspended and paused, and the guard maps nothing, as after the stop. */
    void stop() {
        target.suspend();
        guard.suspend();
        target.paused(true);
        guard.paused(true);
        agent.unmap();
    }

    SourceMigration migration(SourceState first) {
        return migration(first, Optional.empty());
    }

    SourceMigration migration(SourceState first, Optional<LeftBehind> left) {
        PreCopyLimits limits = new PreCopyLimits(300, 10, 60_000, OnTimeout.CANCEL);
        return new SourceMigration(
                new SourceMigration.Setting(
                        host,
                        PairHere.of(PAIR),
                        new Request(ATTEMPT, "alpha", "beta", limits, Bandwidth.UNLIMITED, false),
                        Both.of(member -> new StreamRules(DomainKind.PV, 1, 1)),
                        (errand, settles) -> errands.add(new Sent(errand, settles)),
                        "peer-journal",
                        left),
                first);
    }

    Sent errand() throws InterruptedException {
        return Optional.ofNullable(errands.poll(20, TimeUnit.SECONDS)).orElseThrow();
    }

    Peer peer() {
        return new Peer() {
            @Override
            public String name() {
                return "beta";
            }

            @Override
            public String journalId() {
                return "peer-journal";
            }

            @Override
            public String bootId() {
                return "boot-1";
            }

            @Override
            public String xenVersion() {
                return "4.17.7";
            }

            @Override
            public void send(ControlMessage message) {
                sent.add(message);
            }

            @Override
            public Optional<Clocks> clocks() {
                return Optional.empty();
            }

            @Override
            public CompletableFuture<Channel> connectData(int port, RelaySetup setup) {
                return new CompletableFuture<>();
            }

            @Override
            public void close() {}
        };
    }

    static void until(BooleanSupplier condition) {
        assertTrue(Poll.until(condition, Duration.ofSeconds(20), Duration.ofMillis(2)));
    }

    @Override
    public void close() throws IOException {
        workers.shutdownNow();
        shims.close();
        journal.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
