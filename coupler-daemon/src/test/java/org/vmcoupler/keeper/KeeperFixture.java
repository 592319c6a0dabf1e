/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.admission.LocalResources;
import org.vmcoupler.guardlink.GuardLinks;
import org.vmcoupler.hold.Hold;
import org.vmcoupler.hold.HoldNotes;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.sim.SimDomain;
import org.vmcoupler.hypervisor.sim.SimGuard;
import org.vmcoupler.hypervisor.sim.SimHypervisor;
import org.vmcoupler.inventory.InMemoryDomains;
import org.vmcoupler.journal.Journal;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.life.LifePolicy;
import org.vmcoupler.life.OnEnd;
import org.vmcoupler.life.OnGuardLoss;
import org.vmcoupler.migration.Deadlines;
import org.vmcoupler.migration.Definitions;
import org.vmcoupler.migration.HostParts;
import org.vmcoupler.migration.LabSwitches;
import org.vmcoupler.savehelper.ShimServer;
import org.vmcoupler.time.Poll;

/** A pair on a host in memory that is kept, and hands to reach into it. */
abstract class KeeperFixture {

    static final Duration SHORT = Duration.ofMillis(100);
    /** Longer than a machine with other work lets a thread wait. */
    static final Duration W = Duration.ofSeconds(3);

    static final UUID TARGET = new UUID(3, 3);
    static final UUID GUARD = new UUID(4, 4);

    final SimHypervisor xen = new SimHypervisor("boot-1");
    final SimDomain target = xen.add(new SimDomain(new Domid(3), TARGET, "web", 256));
    final SimDomain guard = xen.add(new SimDomain(new Domid(4), GUARD, "web-guard", 16));
    final SimGuard agent = new SimGuard(xen, guard, target);
    final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    final ExecutorService workers = Executors.newCachedThreadPool();
    final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    final BookByHand book = new BookByHand(new PairFacts("web", TARGET, 3, "web-guard", GUARD, 4));
    final InMemoryDomains libvirt = new InMemoryDomains();
    final HoldNotes notes;
    final PlansByHand plans = new PlansByHand();
    final Claims claims = new Claims();
    final Journal journal;
    final ShimServer shims;
    final HostParts host;
    Keepers keepers;

    KeeperFixture(@TempDir Path folder) throws Exception {
        notes = new HoldNotes(folder.resolve("held"));
        journal = Journal.open(folder.resolve("journal"));
        shims = ShimServer.start(folder.resolve("shim"), loops);
        host = new HostParts(
                xen,
                shims,
                journal,
                workers,
                InstantSource.system(),
                new SecureRandom(),
                new Deadlines(SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT),
                LabSwitches.NONE,
                new GuardLinks(xen),
                new Definitions(libvirt, new LocalResources(Set.of(), Set.of())),
                new Hold(xen, notes));
        xen.config(new Domid(3), config("web", "pvh", TARGET));
        xen.config(new Domid(4), config("web-guard", "pv", GUARD));
        keepers = keepers();
    }

    Keepers keepers() {
        return new Keepers(
                host,
                book,
                plans,
                new KeeperTimes(Duration.ofMillis(5), SHORT.multipliedBy(20), SHORT),
                claims,
                new DomainMaker(host));
    }

    @AfterEach
    void stop() throws Exception {
        keepers.close();
        assertTrue(Poll.until(keepers::idle, Duration.ofSeconds(10), Duration.ofMillis(1)));
        timer.shutdownNow();
        workers.shutdown();
        shims.close();
        journal.close();
        loops.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).awaitUninterruptibly();
    }

    static DomainConfig config(String name, String type, UUID uuid) {
        return DomainConfig.parse(
                "{\"c_info\":{\"name\":\"" + name + "\",\"type\":\"" + type + "\",\"uuid\":\"" + uuid
                        + "\"},\"b_info\":{\"max_memkb\":2048,\"target_memkb\":1024,\"kernel\":\"/boot/k\"},\"on_reboot\":\"restart\"}");
    }

    void keep() {
        keepers.start(timer);
        await(() -> looks() > 0);
    }

    long looks() {
        return keepers.view(TARGET).map(KeptPair::looks).orElse(0L);
    }

    String phase() {
        return keepers.view(TARGET).map(KeptPair::phase).orElse("none");
    }

    static void await(BooleanSupplier condition) {
        assertTrue(Poll.until(condition, Duration.ofSeconds(10), Duration.ofMillis(1)));
    }

    /** Puts an agent into each guard that is made from now on, and lets new targets be what these guards see. */
    void agentsInNewGuards() {
        SimDomain[] seen = {target};
        xen.onCreate(made -> {
            if (made.info().name().equals("web")) {
                seen[0] = made;
            } else {
                new SimGuard(xen, made, seen[0]);
            }
        });
    }

    int order(String entry) {
        int at = xen.diary().indexOf(entry);
        assertTrue(at >= 0, () -> entry + " in " + xen.diary());
        return at;
    }

    /** What operators have written down: nothing but a policy. */
    static final class PlansByHand implements Plans {
        volatile boolean restartGuards = true;
        volatile OnGuardLoss onGuardLoss = OnGuardLoss.PAUSE;

        @Override
        public LifePolicy policy(String name) {
            return new LifePolicy(OnEnd.STOP, OnEnd.RESTART, OnEnd.RESTART, OnEnd.RESTART, onGuardLoss, W);
        }

        @Override
        public boolean startsAfterBoot(String name) {
            return false;
        }

        @Override
        public Optional<DomainConfig> target(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<DomainConfig> guard(String name) {
            if (!restartGuards) {
                throw new org.vmcoupler.hypervisor.HypervisorException("no guard is to be had");
            }
            return Optional.empty();
        }
    }
}
