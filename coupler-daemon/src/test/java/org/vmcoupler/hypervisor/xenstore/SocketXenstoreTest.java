/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.xenstore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.time.Poll;

class SocketXenstoreTest {

    private FakeXenstored server;
    private SocketXenstore store;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        server = new FakeXenstored(folder.resolve("socket"));
        store = new SocketXenstore(folder.resolve("socket"), Duration.ofMillis(400));
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
        server.close();
    }

    @Test
    void readsAndLists() {
        server.nodes.putAll(Map.of("/local/domain/1", "x", "/local/domain/2", ""));
        assertEquals(Optional.of("x"), store.read("/local/domain/1"));
        assertEquals(Optional.of(""), store.read("/local/domain/2"));
        assertEquals(Optional.empty(), store.read("/local/domain/3"));
        assertEquals(List.of("1", "2"), store.list("/local/domain"));
        assertEquals(List.of(), store.list("/nothing"));
    }

    @Test
    void writesInOneTransactionOwnedByDom0() {
        store.writeAll(Map.of("/a", "1"), Optional.of(new Domid(5)));
        assertEquals("1", server.nodes.get("/a"));
        assertEquals(List.of("TRANSACTION_START", "WRITE /a 1", "SET_PERMS /a n0 r5", "TRANSACTION_END T"), server.log);
    }

    @Test
    void retriesAConflict() {
        server.conflicts.set(2);
        store.write("/a", "1");
        assertEquals(3, server.log.stream().filter("TRANSACTION_END T"::equals).count());
    }

    @Test
    void givesUpAConflictThatNeverEnds() {
        server.conflicts.set(Integer.MAX_VALUE);
        assertTrue(assertThrows(XenstoreException.class, () -> store.write("/a", "1"))
                .is("EAGAIN"));
    }

    @Test
    void replacesOnlyTheExpectedValue() {
        server.nodes.put("/control/shutdown", "suspend");
        assertFalse(store.replace("/control/shutdown", "reboot", ""));
        assertEquals("suspend", server.nodes.get("/control/shutdown"));
        assertEquals("TRANSACTION_END F", server.log.get(server.log.size() - 1));
        assertTrue(store.replace("/control/shutdown", "suspend", ""));
        assertEquals("", server.nodes.get("/control/shutdown"));
        assertFalse(server.log.toString().contains("SET_PERMS"), "the guest must still own its node");
    }

    @Test
    void removesWhatIsNotThere() {
        store.remove("/a");
        server.nodes.put("/a", "");
        store.remove("/a");
        assertEquals(Map.of(), server.nodes);
    }

    @Test
    void doesNotTakeALateAnswerForTheNext() {
        server.silent = true;
        XenstoreException e = assertThrows(XenstoreException.class, () -> store.read("/a"));
        assertTrue(e.toString().contains("in time"), e.toString());
        server.silent = false;
        server.nodes.put("/a", "now");
        assertEquals(Optional.of("now"), store.read("/a"));
    }

    @Test
    void refusesMalformedAnswersAndGoesOn() {
        server.rawAnswer = new byte[] {2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0};
        XenstoreException e = assertThrows(XenstoreException.class, () -> store.read("/a"));
        assertTrue(e.toString().contains("65536 bytes"), e.toString());
        server.rawAnswer = null;
        assertEquals(Optional.empty(), store.read("/a"));
    }

    @Test
    void refusesAValueOverTheLimitAndLeavesNoTransaction() {
        assertThrows(XenstoreException.class, () -> store.write("/a", "x".repeat(5000)));
        assertEquals(Map.of(), server.nodes);
        assertEquals(Optional.empty(), store.read("/a"));
    }

    @Test
    void awaitIsWokenByTheWatch() throws Exception {
        CompletableFuture<Optional<String>> answer =
                CompletableFuture.supplyAsync(() -> store.await("/reply", Duration.ofSeconds(20)));
        assertTrue(Poll.until(() -> server.log.contains("READ /reply"), Duration.ofSeconds(10), Duration.ofMillis(2)));
        server.set("/elsewhere", "1");
        server.set("/reply", "{}");
        assertEquals(Optional.of("{}"), answer.get());
    }

    @Test
    void awaitEndsAtItsDeadline() {
        assertEquals(Optional.empty(), store.await("/reply", Duration.ofMillis(50)));
    }

    /** A daemon that hangs takes no connections from its queue; once that is full a connect that blocks never returns. */
    @Test
    void connectingToAXenstoredThatHangsHasADeadline(@TempDir Path other) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(other.resolve("hung"));
        List<SocketChannel> queued = new ArrayList<>();
        try (ServerSocketChannel hung = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                SocketXenstore slow = new SocketXenstore(other.resolve("hung"), Duration.ofMillis(200))) {
            hung.bind(address, 1);
            fill(address, queued);
            assertThrows(XenstoreException.class, () -> slow.read("/a"));
            assertThrows(XenstoreException.class, () -> slow.await("/a", Duration.ofMillis(200)));
        } finally {
            for (SocketChannel channel : queued) {
                channel.close();
            }
        }
    }

    private static void fill(UnixDomainSocketAddress address, List<SocketChannel> queued) throws IOException {
        while (queued.size() < 64) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            queued.add(channel);
            channel.configureBlocking(false);
            try {
                channel.connect(address);
            } catch (IOException full) {
                return;
            }
        }
        throw new IOException("the queue never was full");
    }

    @Test
    void aXenstoredThatDoesNotListenIsSaidAtOnce() throws IOException {
        server.close();
        XenstoreException e = assertThrows(XenstoreException.class, () -> store.read("/a"));
        assertTrue(e.toString().contains("does not listen"), e.toString());
    }
}
