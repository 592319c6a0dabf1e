/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.time.Poll;

/** Two ends over real loopback sockets. */
class ControlSessionTest {

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
    private final ExecutorService owner = Executors.newSingleThreadExecutor();
    private final Inbox server = new Inbox();
    private final Inbox client = new Inbox();

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        owner.shutdownNow();
    }

    @Test
    void messagesArriveInOrderInBothDirectionsAndTheClockIsKnown() throws InterruptedException {
        try (ControlServer listening = listen("beta", "alpha", Duration.ofSeconds(5))) {
            ControlSession calling = connect(listening, "alpha", "beta", 1).join();
            for (int i = 0; i < 20; i++) {
                calling.send(new ControlMessage.Yield(new UUID(0, i))).join();
            }
            for (int i = 0; i < 20; i++) {
                assertEquals(new ControlMessage.Yield(new UUID(0, i)), server.messages.poll(20, TimeUnit.SECONDS));
            }
            ControlSession called = server.sessions.take();
            assertEquals("alpha", called.peer().host());
            called.send(new ControlMessage.Closed(new UUID(0, 1))).join();
            assertEquals(new ControlMessage.Closed(new UUID(0, 1)), client.messages.poll(20, TimeUnit.SECONDS));
            calling.clockReady().orTimeout(20, TimeUnit.SECONDS).join();
            called.clockReady().orTimeout(20, TimeUnit.SECONDS).join();
            assertTrue(Math.abs(calling.clock().orElseThrow().offsetNs()) < 5_000_000_000L);
            calling.close();
            assertEquals(SessionEnd.Reason.CLOSED_HERE, end(client));
            assertEquals(SessionEnd.Reason.CLOSED_BY_PEER, end(server));
            assertThrows(CompletionException.class, calling.send(new ControlMessage.Yield(new UUID(0, 0)))::join);
        }
    }

    @Test
    void anotherProtocolIsRefusedByBothSides() {
        try (ControlServer listening = listen("beta", "alpha", Duration.ofSeconds(5))) {
            for (int i = 0; i < 20; i++) {
                Refusal refusal = refused(connect(listening, "alpha", "beta", 2));
                assertEquals(ErrorCode.PROTOCOL, refusal.code(), refusal.getMessage());
            }
            assertTrue(server.sessions.isEmpty());
        }
    }

    @Test
    void aHeaderOfAnotherVersionIsAnsweredWithOurHelloAndNotReset() throws IOException {
        try (ControlServer listening = listen("beta", "alpha", Duration.ofSeconds(5));
                Socket socket = new Socket(
                        listening.address().getAddress(), listening.address().getPort())) {
            byte[] bytes = ControlCodecTest.bytes(hello("alpha", 1));
            bytes[5] = 9;
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().write(new byte[100_000]);
            byte[] ours = ControlCodecTest.bytes(hello("beta", 1));
            assertArrayEquals(ours, Arrays.copyOf(socket.getInputStream().readAllBytes(), ours.length));
        }
    }

    @Test
    void aCallerOfAnotherNameLearnsThatItWasTheProtocol() throws InterruptedException {
        try (ControlServer listening = listen("beta", "delta", Duration.ofSeconds(5))) {
            connect(listening, "alpha", "beta", 1).join();
            assertEquals(SessionEnd.Reason.PROTOCOL, end(client));
            assertTrue(server.sessions.isEmpty());
        }
    }

    @Test
    void messagesThatNobodyTakesEndTheSession() throws InterruptedException {
        server.gate = new CountDownLatch(1);
        try (ControlServer listening = listen("beta", "alpha", Duration.ofSeconds(20))) {
            ControlSession calling = connect(listening, "alpha", "beta", 1).join();
            ControlMessage message = new ControlMessage.Yield(new UUID(0, 1));
            assertTrue(Poll.until(
                    () -> calling.send(message).isCompletedExceptionally(),
                    Duration.ofSeconds(20),
                    Duration.ofMillis(1)));
            server.gate.countDown();
            assertEquals(SessionEnd.Reason.OVERRUN, end(server));
            assertEquals(SessionHandler.UNTAKEN_LIMIT, server.messages.size());
        }
    }

    @Test
    void aPeerThatDoesNotReadIsCutOff() throws IOException, InterruptedException {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress at = new InetSocketAddress(deaf.getInetAddress(), deaf.getLocalPort());
            CompletableFuture<ControlSession> connecting = new ControlClient(
                            group, settings("alpha", 1, Duration.ofSeconds(25)))
                    .connect("beta", at, client::accept);
            try (Socket socket = deaf.accept()) {
                socket.getOutputStream().write(ControlCodecTest.bytes(hello("beta", 1)));
                ControlSession calling = connecting.join();
                ControlMessage message = new ControlMessage.Done(new UUID(0, 1), "x".repeat(60_000));
                for (int i = 0; i < 2_000 && client.ends.isEmpty(); i++) {
                    var unused = calling.send(message);
                }
                assertEquals(SessionEnd.Reason.OVERRUN, end(client));
            }
        }
    }

    @Test
    void aPeerOfAnotherNameIsRefused() throws InterruptedException {
        try (ControlServer listening = listen("beta", "alpha", Duration.ofSeconds(5))) {
            Refusal refusal = refused(connect(listening, "alpha", "gamma", 1));
            assertEquals(ErrorCode.PROTOCOL, refusal.code());
            assertTrue(String.valueOf(refusal.getMessage()).contains("calls itself beta"));
            assertEquals(SessionEnd.Reason.PROTOCOL, end(server));
        }
    }

    @Test
    void nobodyThereIsUnreachable() {
        ControlServer gone = listen("beta", "alpha", Duration.ofSeconds(5));
        gone.close();
        Refusal refusal = refused(new ControlClient(group, settings("alpha", 1, Duration.ofSeconds(5)))
                .connect("beta", new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), client::accept));
        assertEquals(ErrorCode.PEER_UNREACHABLE, refusal.code());
    }

    @Test
    void anAddressThatIsNotListedIsClosedUnread() throws IOException {
        try (ControlServer listening = ControlServer.listen(
                        group, any(), Map.of(), settings("beta", 1, Duration.ofSeconds(5)), server::accept);
                Socket socket = new Socket(
                        listening.address().getAddress(), listening.address().getPort())) {
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void aPeerThatFallsSilentIsLost() throws IOException, InterruptedException {
        try (ControlServer listening = listen("beta", "alpha", Duration.ofMillis(300));
                Socket socket = new Socket(
                        listening.address().getAddress(), listening.address().getPort())) {
            socket.getOutputStream().write(ControlCodecTest.bytes(hello("alpha", 1)));
            ControlSession session = server.sessions.poll(20, TimeUnit.SECONDS);
            assertNotNull(session);
            assertEquals(SessionEnd.Reason.SILENT, end(server));
            assertTrue(session.clockReady().isDone());
        }
    }

    @Test
    void aPeerThatSaysNoHelloIsDropped() throws IOException {
        try (ControlServer listening = listen("beta", "alpha", Duration.ofSeconds(5));
                Socket socket = new Socket(
                        listening.address().getAddress(), listening.address().getPort());
                InputStream in = socket.getInputStream()) {
            assertTrue(in.readAllBytes().length > ControlCodec.HEADER);
            assertTrue(server.sessions.isEmpty());
        }
    }

    private ControlServer listen(String own, String peer, Duration silence) {
        return ControlServer.listen(
                group,
                any(),
                Map.of(InetAddress.getLoopbackAddress(), peer),
                settings(own, 1, silence),
                server::accept);
    }

    private CompletableFuture<ControlSession> connect(ControlServer to, String own, String expected, int protocol) {
        return new ControlClient(group, settings(own, protocol, Duration.ofSeconds(5)))
                .connect(expected, to.address(), client::accept);
    }

    private SessionSettings settings(String host, int protocol, Duration silence) {
        return new SessionSettings(
                hello(host, protocol),
                InstantSource.system(),
                owner,
                Duration.ofSeconds(2),
                Duration.ofMillis(50),
                silence);
    }

    private static ControlMessage.Hello hello(String host, int protocol) {
        return new ControlMessage.Hello(protocol, "test", host, "4.17", "boot", "journal");
    }

    private static InetSocketAddress any() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static SessionEnd.Reason end(Inbox inbox) throws InterruptedException {
        SessionEnd end = inbox.ends.poll(20, TimeUnit.SECONDS);
        assertNotNull(end);
        return end.reason();
    }

    private static Refusal refused(CompletableFuture<ControlSession> future) {
        CompletionException e = assertThrows(CompletionException.class, future::join);
        return (Refusal) java.util.Objects.requireNonNull(e.getCause());
    }

    /** Keeps what a session's owner hears. */
    private static final class Inbox implements SessionListener {

        final BlockingQueue<ControlSession> sessions = new LinkedBlockingQueue<>();
        final BlockingQueue<ControlMessage> messages = new LinkedBlockingQueue<>();
        final BlockingQueue<SessionEnd> ends = new LinkedBlockingQueue<>();

        volatile CountDownLatch gate = new CountDownLatch(0);

        SessionListener accept(ControlSession session) {
            sessions.add(session);
            return this;
        }

        @Override
        public void received(ControlMessage message) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            messages.add(message);
        }

        @Override
        public void ended(SessionEnd end) {
            ends.add(end);
        }
    }
}
