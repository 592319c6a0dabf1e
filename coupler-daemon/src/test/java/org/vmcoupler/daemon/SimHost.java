/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.vmcoupler.admission.LocalResources;
import org.vmcoupler.config.Config;
import org.vmcoupler.guardlink.GuardLinks;
import org.vmcoupler.hold.Hold;
import org.vmcoupler.hold.HoldNotes;
import org.vmcoupler.hypervisor.sim.SimHypervisor;
import org.vmcoupler.inventory.InMemoryDomains;
import org.vmcoupler.journal.Journal;
import org.vmcoupler.keeper.GuardMemory;
import org.vmcoupler.keeper.KeeperTimes;
import org.vmcoupler.local.LocalRequest;
import org.vmcoupler.local.OnTimeout;
import org.vmcoupler.migration.Deadlines;
import org.vmcoupler.migration.Definitions;
import org.vmcoupler.migration.HostParts;
import org.vmcoupler.migration.LabSwitches;
import org.vmcoupler.report.ReportStore;
import org.vmcoupler.savehelper.ShimServer;

/** All that a daemon needs of its host, in memory and in one folder. */
final class SimHost implements AutoCloseable {

    private static final Duration SHORT = Duration.ofMillis(200);

    final SimHypervisor xen = new SimHypervisor("boot-1");
    final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    final ExecutorService workers = Executors.newCachedThreadPool();
    final InMemoryDomains libvirt = new InMemoryDomains();
    final Journal journal;
    final HostParts parts;
    private final Path folder;
    private final ShimServer shims;

    SimHost(Path folder) throws Exception {
        this.folder = folder;
        this.journal = Journal.open(folder.resolve("journal"));
        this.shims = ShimServer.start(folder.resolve("shim"), loops);
        this.parts = new HostParts(
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
    }

    /** Returns the keeping of pairs by a configuration; nothing is kept until it is started. */
    static Keeping keeping(HostParts host, Config config, Departures departures) {
        return new Keeping(
                host,
                new Pairs(
                        host.journal(),
                        host.hypervisor(),
                        departures,
                        new GuardMemory(config.daemon().guards())),
                new WrittenPlans(config.life(), host.hypervisor()),
                new KeeperTimes(Duration.ofMillis(5), Duration.ofSeconds(20), SHORT));
    }

    /** Returns what the guards that came here were made from. */
    GuardMemory guards() {
        return new GuardMemory(folder.resolve("guards"));
    }

    Reports reports() {
        return new Reports(new ReportStore(folder.resolve("reports")));
    }

    /** Leaves the journal open: to a migration's thread that still runs, a closed one is a dead disk, which ends the process. */
    @Override
    public void close() {
        shims.close();
        workers.shutdown();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Returns the request to move the pair of target {@code web}, with all as the daemon is configured. */
    static LocalRequest.Migrate webToBeta() {
        return new LocalRequest.Migrate(
                "web",
                "beta",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OnTimeout.CANCEL,
                false);
    }
}
