/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.admission.LocalResources;
import org.vmcoupler.config.Config;
import org.vmcoupler.config.LabConfig;
import org.vmcoupler.config.LibvirtConfig;
import org.vmcoupler.config.LifeConfig;
import org.vmcoupler.config.MigrationConfig;
import org.vmcoupler.config.Resources;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.ControlServer;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.guardlink.GuardLinks;
import org.vmcoupler.hold.Hold;
import org.vmcoupler.hold.HoldNotes;
import org.vmcoupler.hypervisor.HostInfo;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.hypervisor.libxl.LibxlHypervisor;
import org.vmcoupler.inventory.ManagedDomains;
import org.vmcoupler.inventory.libvirt.LibvirtDomains;
import org.vmcoupler.journal.Journal;
import org.vmcoupler.journal.JournalException;
import org.vmcoupler.keeper.GuardMemory;
import org.vmcoupler.keeper.KeeperTimes;
import org.vmcoupler.keeper.Keepers;
import org.vmcoupler.local.LocalServer;
import org.vmcoupler.local.LocalSocket;
import org.vmcoupler.migration.DeadJournal;
import org.vmcoupler.migration.Deadlines;
import org.vmcoupler.migration.Definitions;
import org.vmcoupler.migration.HostParts;
import org.vmcoupler.migration.LabSwitches;
import org.vmcoupler.migration.LookRecord;
import org.vmcoupler.migration.MemoryHashing;
import org.vmcoupler.relay.DataListener;
import org.vmcoupler.report.ReportStore;
import org.vmcoupler.savehelper.ShimServer;

/** The daemon of one host, from its start to its stop. */
public final class Daemon {

    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
    private static final Path SAVE_HELPER = Path.of("/usr/lib/vmcoupler/save-helper");
    private static final Duration DESTROY = Duration.ofSeconds(60);
    private static final int EVENT_LOOPS = 2;

    /** How long the stop waits for what is under way; a migration takes longer and is left to the next start. */
    private static final Duration LAST_WORK = Duration.ofSeconds(5);

    private final Config config;
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(EVENT_LOOPS, EpollIoHandler.newFactory());
    private final Workers workers = new Workers(Daemon::named);
    private final ExecutorService inOrder = Executors.newSingleThreadExecutor(Daemon::named);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(Daemon::named);

    private Daemon(Config config) {
        this.config = config;
    }

    /**
     * Runs the daemon until SIGTERM and returns 0. Domains and pairs are left as they are: they do not need it to run.
     *
     * @param file the configuration
     * @throws Refusal the configuration is wrong, Xen is missing, or another daemon runs; nothing was changed
     */
    public static int run(Path file) {
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop.countDown();
            await(stopped);
        }));
        try {
            new Daemon(Config.load(file)).serve(stop);
        } finally {
            stopped.countDown();
        }
        return 0;
    }

    private void serve(CountDownLatch stop) {
        Path runDir = config.daemon().runDir();
        try {
            LibxlHypervisor hypervisor = workers.use(LibxlHypervisor.open(SAVE_HELPER, runDir.resolve("shim")));
            Journal journal = workers.use(Journal.open(journalFile()));
            journal.onDeath(DeadJournal::halt);
            hypervisor.removeLeftovers();
            ShimServer shims = workers.use(ShimServer.start(runDir.resolve("shim"), loops));
            HostParts host = new HostParts(
                    hypervisor,
                    shims,
                    journal,
                    workers.pool(),
                    InstantSource.system(),
                    new SecureRandom(),
                    deadlines(config.migration()),
                    labSwitches(config),
                    new GuardLinks(hypervisor),
                    new Definitions(workers.use(managed(config.libvirt())), resources()),
                    new Hold(hypervisor, new HoldNotes(runDir.resolve("paused"))));
            serve(host, stop);
        } catch (JournalException e) {
            throw new Refusal(ErrorCode.BAD_CONFIG, "The journal cannot be used: " + e.getMessage(), e);
        } catch (HypervisorException e) {
            throw new Refusal(ErrorCode.HYPERVISOR, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new Refusal(ErrorCode.INTERNAL, "The daemon cannot work in its folders: " + e.getMessage(), e);
        } finally {
            workers.end(LAST_WORK);
        }
    }

    private void serve(HostParts host, CountDownLatch stop) throws IOException {
        HostInfo info = host.hypervisor().host();
        Network network = new Network(config, loops, hello(host, info), host.clock(), task -> inOrder.execute(task));
        Reports reports = new Reports(new ReportStore(config.daemon().reports()));
        ErrandRunner errands = new ErrandRunner(network, timer, workers.pool());
        Departures departures = new Departures(host, network, errands);
        workers.waitFor(departures::idle);
        GuardMemory guards = new GuardMemory(config.daemon().guards());
        Keeping keeping = keeping(host, departures, guards);
        if (!network.open()) {
            Reception nobody = new Reception(host, Optional.empty(), reports, guards);
            workers.waitFor(nobody::idle);
            new Recovery(host, config.daemon().name(), departures, nobody, errands).run();
            serveLocal(new PairService(config, host, departures, reports, keeping), keeping, stop);
            return;
        }
        try (DataListener data = network.listenForData()) {
            Reception reception =
                    new Reception(host, Optional.of(new Admission(host, resources(), data)), reports, guards);
            workers.waitFor(reception::idle);
            new Recovery(host, config.daemon().name(), departures, reception, errands).run();
            try (ControlServer control = network.listen(reception)) {
                LOG.info("listening for other hosts at {}", control.address());
                serveLocal(new PairService(config, host, departures, reports, keeping), keeping, stop);
            }
        }
    }

    private Keeping keeping(HostParts host, Departures departures, GuardMemory guards) {
        LifeConfig life = config.life();
        Keeping keeping = new Keeping(
                host,
                new Pairs(host.journal(), host.hypervisor(), departures, guards),
                new WrittenPlans(life, host.hypervisor()),
                new KeeperTimes(life.lookInterval(), life.guardStartDeadline(), life.stopDeadline()));
        workers.waitFor(keeping.keepers()::idle);
        return keeping;
    }

    private void serveLocal(PairService service, Keeping keeping, CountDownLatch stop) {
        LocalSocket socket = new LocalSocket(
                config.daemon().runDir().resolve("vmcoupler.sock"),
                Optional.of(config.daemon().socketGroup()));
        try (LocalServer local = LocalServer.start(socket, service);
                Keepers keepers = keeping.keepers()) {
            keepers.start(timer);
            workers.pool().execute(keeping::askWhoElseManages);
            workers.pool().execute(service::startAfterBoot);
            workers.waitFor(local::idle);
            LOG.info(
                    "vmcoupler {} on {} is ready",
                    Version.text(),
                    config.daemon().name());
            ready(stop);
        }
    }

    private void ready(CountDownLatch stop) {
        SdNotify.send(loops, "READY=1");
        await(stop);
        SdNotify.send(loops, "STOPPING=1");
        LOG.info("the daemon ends; domains and pairs stay as they are");
    }

    private Path journalFile() throws IOException {
        Files.createDirectories(config.daemon().stateDir());
        return config.daemon().journal();
    }

    private ControlMessage.Hello hello(HostParts host, HostInfo info) {
        return new ControlMessage.Hello(
                1,
                Version.text(),
                config.daemon().name(),
                info.xenVersion(),
                info.bootId(),
                host.journal().id());
    }

    private LocalResources resources() {
        Resources lent = config.resources();
        return new LocalResources(
                Set.copyOf(lent.bridges()), names(lent.disks()), names(lent.kernels()), names(lent.ramdisks()));
    }

    private static Set<String> names(List<Path> paths) {
        return paths.stream().map(Path::toString).collect(Collectors.toUnmodifiableSet());
    }

    private static ManagedDomains managed(LibvirtConfig libvirt) {
        if (libvirt.use() == LibvirtConfig.Use.FALSE) {
            return ManagedDomains.NONE;
        }
        boolean expected = libvirt.use() == LibvirtConfig.Use.TRUE;
        return new LibvirtDomains(libvirt.uri(), libvirt.deadline(), libvirt.definitionDeadline(), expected);
    }

    private static LabSwitches labSwitches(Config config) {
        LabConfig lab = config.lab();
        MemoryHashing how = new MemoryHashing(
                lab.memoryHashProgram(), config.daemon().stateDir().resolve("verify"), lab.memoryHashDeadline());
        return new LabSwitches(
                lab.enabled(),
                lab.releaseBeforeReady(),
                lab.runOn(),
                lab.verifyMemoryAllowed() ? Optional.of(how) : Optional.empty(),
                lab.recordLooks()
                        ? Optional.of(new LookRecord(config.daemon().stateDir().resolve("looks")))
                        : Optional.empty());
    }

    private static Deadlines deadlines(MigrationConfig migration) {
        return new Deadlines(
                migration.prepareDeadline(),
                migration.quiesceDeadline(),
                migration.lookDeadline(),
                migration.suspendDeadline(),
                migration.goDeadline(),
                migration.rollBackDeadline(),
                DESTROY);
    }

    private static Thread named(Runnable task) {
        Thread thread = new Thread(task, "vmcoupler-worker");
        thread.setDaemon(true);
        return thread;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
