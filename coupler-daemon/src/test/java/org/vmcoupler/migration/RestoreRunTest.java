/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.destination.DestinationEvent;
import org.vmcoupler.guardlink.GuardLinks;
import org.vmcoupler.hold.Hold;
import org.vmcoupler.hold.HoldNotes;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.hypervisor.DomainKind;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.sim.SimHypervisor;
import org.vmcoupler.journal.Journal;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.journal.Role;
import org.vmcoupler.relay.DataToken;
import org.vmcoupler.savehelper.HelperProcess;
import org.vmcoupler.savehelper.ShimAnswer;
import org.vmcoupler.savehelper.ShimMessage;
import org.vmcoupler.savehelper.ShimRole;
import org.vmcoupler.savehelper.ShimServer;
import org.vmcoupler.savehelper.ShimSession;
import org.vmcoupler.stream.StreamRules;

/** What a restore's helper is told when it says HELLO. */
class RestoreRunTest {

    private static final UUID ATTEMPT = new UUID(1, 1);
    private static final UUID TARGET = new UUID(3, 3);
    private static final Duration SHORT = Duration.ofMillis(30);
    private static final ShimMessage.Hello HELLO =
            new ShimMessage.Hello(1, ShimRole.RESTORE, new Domid(7), 4_242, "0".repeat(32));

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final BlockingQueue<DestinationEvent> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<ShimAnswer> answers = new LinkedBlockingQueue<>();
    private final Journal journal;
    private final ShimServer shims;
    private final RestoreRun run;

    RestoreRunTest(@TempDir Path folder) throws Exception {
        journal = Journal.open(folder.resolve("journal"));
        shims = ShimServer.start(folder.resolve("shim"), loops);
        HostParts host = new HostParts(
                new SimHypervisor("boot-1"),
                shims,
                journal,
                workers,
                InstantSource.system(),
                new SecureRandom(),
                new Deadlines(SHORT, SHORT, SHORT, SHORT, SHORT, SHORT.multipliedBy(12), SHORT),
                LabSwitches.NONE,
                new GuardLinks(new SimHypervisor("boot-1")),
                Definitions.NONE,
                new Hold(new SimHypervisor("boot-1"), new HoldNotes(folder.resolve("paused"))));
        run = new RestoreRun(
                host,
                StreamSetups.of(
                        ATTEMPT, Member.TARGET, new StreamRules(DomainKind.PVH, 1, 1), DataToken.draw(host.random())),
                Member.TARGET,
                DomainConfig.parse(
                        "{\"c_info\":{\"type\":\"pvh\",\"name\":\"web--incoming\",\"uuid\":\"" + TARGET + "\"}}"),
                events::add);
    }

    @AfterEach
    void stop() throws Exception {
        workers.shutdown();
        shims.close();
        journal.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** A helper that has said HELLO. */
    private final class Helper implements ShimSession {
        @Override
        public ShimMessage.Hello hello() {
            return HELLO;
        }

        @Override
        public HelperProcess process() {
            return new HelperProcess(4_242, 99);
        }

        @Override
        public boolean answer(ShimAnswer answer) {
            return answers.add(answer);
        }

        @Override
        public void close() {}
    }

    private <T> @Nullable T next(BlockingQueue<T> queue) throws InterruptedException {
        return queue.poll(20, TimeUnit.SECONDS);
    }

    @Test
    void aHelperGoesOnOnceItsDomainIsInTheJournal() throws Exception {
        PairFacts pair = new PairFacts("web", TARGET, -1, "web-guard", new UUID(4, 4), -1);
        journal.append(new JournalRecord.Begin(ATTEMPT, Role.DESTINATION, "beta", "theirs", pair, "boot-1"));
        run.hello(new Helper(), HELLO);
        assertEquals(ShimAnswer.OK, next(answers));
        assertEquals(
                7,
                Objects.requireNonNull(journal.state().open().get(ATTEMPT))
                        .pair()
                        .targetDomid());
    }

    @Test
    void aHelperWhoseDomainCannotBeRecordedEndsAndTheMigrationHearsIt() throws Exception {
        run.hello(new Helper(), HELLO);
        assertEquals(ShimAnswer.ABORT, next(answers));
        assertInstanceOf(DestinationEvent.Failed.class, next(events));
        assertEquals(List.of(), List.copyOf(events));
    }
}
