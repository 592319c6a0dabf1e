/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.source.SourceEvent;
import org.vmcoupler.hypervisor.DomainKind;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.StreamEnds;
import org.vmcoupler.relay.DataToken;
import org.vmcoupler.relay.RelaySetup;
import org.vmcoupler.savehelper.HelperProcess;
import org.vmcoupler.savehelper.ShimAnswer;
import org.vmcoupler.savehelper.ShimMessage;
import org.vmcoupler.savehelper.ShimRole;
import org.vmcoupler.savehelper.ShimSession;
import org.vmcoupler.stream.StreamRules;

/** A save that ends before or while it begins: nothing stays open, and the migration hears of it. */
class SaveRunTest {

    private static final int LIBXL_FD = 10_001;
    private static final int NOT_OPEN = 10_002;

    private final SourceHost source;
    private final Path folder;
    private final EmbeddedChannel data = new EmbeddedChannel();
    private final BlockingQueue<SourceEvent> events = new LinkedBlockingQueue<>();

    SaveRunTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        source = new SourceHost(folder);
    }

    @AfterEach
    void close() throws IOException {
        source.close();
    }

    private SaveRun save(UUID attempt) {
        RelaySetup setup = StreamSetups.of(
                attempt, Member.TARGET, new StreamRules(DomainKind.PV, 1, 1), DataToken.of(new byte[32]));
        return new SaveRun(source.host, setup, Member.TARGET, new Domid(3), events::add);
    }

    private String failure() throws InterruptedException {
        SourceEvent event =
                Optional.ofNullable(events.poll(20, TimeUnit.SECONDS)).orElseThrow();
        return assertInstanceOf(SourceEvent.Failed.class, event).reason();
    }

    /** Returns a socket as the relay's end of a stream must be; the other end is closed. */
    private int socket() throws IOException {
        Path path = folder.resolve("s");
        Socket server = Socket.newSocketDomain();
        try {
            server.bind(new DomainSocketAddress(path.toString()));
            server.listen(1);
            SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
            return server.accept(new byte[26]);
        } finally {
            server.close();
            Files.delete(path);
        }
    }

    private static void assertNotOpen(int fd) {
        assertThrows(NoSuchFileException.class, () -> Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)));
    }

    @Test
    void withoutAStreamTheDataConnectionIsClosed() throws Exception {
        save(SourceHost.ATTEMPT).run(data);
        assertEquals("The save of the target failed: this host has no streams.", failure());
        assertFalse(data.isOpen());
    }

    @Test
    void withoutARelayLibxlsEndIsClosed() throws Exception {
        source.xen.nextStream(new StreamEnds(LIBXL_FD, NOT_OPEN, 1));
        save(SourceHost.ATTEMPT).run(data);
        assertTrue(failure().contains("not open"));
        assertEquals(List.of("close fd " + LIBXL_FD), source.xen.diary());
        assertFalse(data.isOpen());
    }

    @Test
    void withoutATokenBothEndsAreClosed() throws Exception {
        int relayFd = socket();
        source.xen.nextStream(new StreamEnds(LIBXL_FD, relayFd, 1));
        Files.delete(folder.resolve("shim/shim.sock"));
        Files.delete(folder.resolve("shim"));
        save(SourceHost.ATTEMPT).run(data);
        String why = failure();
        assertTrue(why.contains("token file"), why);
        data.runPendingTasks();
        assertEquals(List.of("close fd " + LIBXL_FD), source.xen.diary());
        assertNotOpen(relayFd);
        assertFalse(data.isOpen());
    }

    @Test
    void aSaveThatWasEndedBeforeItBeganDoesNotBegin() throws Exception {
        int relayFd = socket();
        source.xen.nextStream(new StreamEnds(LIBXL_FD, relayFd, 1));
        SaveRun save = save(SourceHost.ATTEMPT);
        assertFalse(save.abort(Duration.ofMillis(1)));
        save.run(data);
        data.runPendingTasks();
        assertEquals(List.of("close fd " + LIBXL_FD), source.xen.diary());
        assertNotOpen(relayFd);
        assertTrue(save.abort(Duration.ofSeconds(20)));
        assertEquals(0, events.size(), "the migration has ended it and knows");
    }

    @Test
    void aHelperThatCannotBeRecordedIsEndedAndTheMigrationHearsOfIt() throws Exception {
        source.xen.nextStream(new StreamEnds(LIBXL_FD, socket(), 1));
        UUID unknown = new UUID(5, 5);
        SaveRun save = save(unknown);
        save.run(data);
        events.clear();
        AtomicBoolean closed = new AtomicBoolean();
        ShimMessage.Hello hello = new ShimMessage.Hello(1, ShimRole.SAVE, new Domid(3), 77, "0".repeat(32));
        save.hello(session(hello, closed), hello);
        String why = failure();
        assertTrue(why.contains("cannot be admitted: HELPER cannot be written"), why);
        assertTrue(closed.get());
    }

    @Test
    void whatTheHelperSaysOfItsEndIsTheCauseThoughLibxlSaysItFailedEarlier() throws Exception {
        SaveRun save = save(SourceHost.ATTEMPT);
        ShimMessage.Hello hello = new ShimMessage.Hello(1, ShimRole.SAVE, new Domid(3), 77, "0".repeat(32));
        save.hello(session(hello, new AtomicBoolean()), hello);
        assertTrue(failure().contains("instead of"), "it is known, if too early");
        source.xen.nextStream(new StreamEnds(LIBXL_FD, socket(), 1));
        save.run(data);
        save.done(-1, 116);
        save.closed();
        String first = failure();
        assertTrue(first.contains("without this daemon"), first);
        String later = failure();
        assertTrue(later.contains("The save of the target failed"), later);
    }

    private static ShimSession session(ShimMessage.Hello hello, AtomicBoolean closed) {
        return new ShimSession() {
            @Override
            public ShimMessage.Hello hello() {
                return hello;
            }

            @Override
            public HelperProcess process() {
                return new HelperProcess(77, 1);
            }

            @Override
            public boolean answer(ShimAnswer answer) {
                return true;
            }

            @Override
            public void close() {
                closed.set(true);
            }
        };
    }
}
