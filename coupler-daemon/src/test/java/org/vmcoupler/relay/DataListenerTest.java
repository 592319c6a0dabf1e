/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DataListenerTest {
    private RelayBench bench;

    @BeforeEach
    void listen() throws Exception {
        bench = new RelayBench();
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    @Test
    void headerAndAnswerHaveTheirBytes() throws Exception {
        byte[] token = new byte[32];
        Arrays.fill(token, (byte) 0xAB);
        ByteBuf header = Unpooled.buffer();
        new DataHeader(new UUID(0x0102030405060708L, 0x090A0B0C0D0E0F10L), StreamRole.GUARD, DataToken.of(token))
                .encode(header);
        assertEquals(
                "564d434400010200" + "0102030405060708090a0b0c0d0e0f10" + "ab".repeat(32), ByteBufUtil.hexDump(header));
        assertEquals(
                new DataHeader(
                        new UUID(0x0102030405060708L, 0x090A0B0C0D0E0F10L), StreamRole.GUARD, DataToken.of(token)),
                DataHeader.decode(header));
        ByteBuf answer = Unpooled.buffer();
        DataHeader.encodeAnswer(answer);
        assertEquals("564d434400010100", ByteBufUtil.hexDump(answer));
    }

    @Test
    void aTokenWorksOnce() throws Exception {
        List<Channel> ends = bench.dataConnection();
        assertFalse(ends.get(0).config().isAutoRead());
        assertRefused(bench.connect());
    }

    @Test
    void aWrongTokenIsRefusedAndDoesNotSpoilTheRightOne() throws Exception {
        RelaySetup setup = bench.setup;
        CompletableFuture<Channel> accepted = bench.listener.expect(setup.migrationId(), setup.role(), setup.token());
        assertThrows(
                IllegalStateException.class,
                () -> bench.listener.expect(setup.migrationId(), setup.role(), setup.token()));
        DataToken wrong = DataToken.of(new byte[32]);
        assertNotEquals(wrong, setup.token());
        assertRefused(connect(new DataHeader(setup.migrationId(), setup.role(), wrong)));
        assertRefused(connect(new DataHeader(setup.migrationId(), StreamRole.GUARD, setup.token())));
        assertRefused(connect(new DataHeader(new UUID(9, 9), setup.role(), setup.token())));
        assertFalse(accepted.isDone());
        bench.connect().get(20, TimeUnit.SECONDS);
        accepted.get(20, TimeUnit.SECONDS);
    }

    @Test
    void aCancelledExpectationRefuses() {
        RelaySetup setup = bench.setup;
        bench.listener.expect(setup.migrationId(), setup.role(), setup.token()).cancel(false);
        assertRefused(bench.connect());
    }

    @Test
    void anAddressThatIsNotListedIsClosedAtOnce() throws Exception {
        try (DataListener strict = DataListener.bind(
                        bench.group, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), address -> false);
                SocketChannel stranger = SocketChannel.open(strict.address())) {
            assertEquals(-1, stranger.read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void garbageEarlyBytesAndSilenceAreClosed() throws Exception {
        try (SocketChannel garbage = SocketChannel.open(bench.listener.address());
                SocketChannel early = SocketChannel.open(bench.listener.address());
                SocketChannel silent = SocketChannel.open(bench.listener.address())) {
            garbage.write(ByteBuffer.allocate(DataHeader.BYTES));
            early.write(ByteBuffer.allocate(DataHeader.BYTES + 1));
            assertClosed(garbage);
            assertClosed(early);
            long start = System.nanoTime();
            assertClosed(silent);
            assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(15));
        }
    }

    @Test
    void onlySoManyMayBeWithoutAHeader() throws Exception {
        List<SocketChannel> silent = new ArrayList<>();
        try {
            for (int i = 0; i <= RelayLimits.UNAUTHENTICATED_MAX; i++) {
                silent.add(SocketChannel.open(bench.listener.address()));
            }
            long start = System.nanoTime();
            assertClosed(silent.get(RelayLimits.UNAUTHENTICATED_MAX));
            assertTrue(System.nanoTime() - start < RelayLimits.HEADER_DEADLINE.toNanos() / 2);
        } finally {
            for (SocketChannel channel : silent) {
                channel.close();
            }
        }
        // The places are free again.
        RelaySetup setup = bench.setup;
        var accepted = bench.listener.expect(setup.migrationId(), setup.role(), setup.token());
        bench.connect().get(20, TimeUnit.SECONDS);
        accepted.get(20, TimeUnit.SECONDS);
    }

    @Test
    void theKernelTakesLittleMoreThanThePathSends() throws Exception {
        RelaySetup setup = bench.setup;
        var accepted = bench.listener.expect(setup.migrationId(), setup.role(), setup.token());
        Channel source = bench.connect().get(20, TimeUnit.SECONDS);
        accepted.get(20, TimeUnit.SECONDS);
        assertEquals(RelayLimits.NOTSENT_BYTES, source.config().getOption(EpollChannelOption.TCP_NOTSENT_LOWAT));
    }

    private CompletableFuture<Channel> connect(DataHeader header) {
        return DataConnector.connect(bench.group, bench.listener.address(), header);
    }

    private static void assertRefused(CompletableFuture<Channel> connecting) {
        ExecutionException e = assertThrows(ExecutionException.class, () -> connecting.get(20, TimeUnit.SECONDS));
        assertEquals(
                IOException.class, e.getCause() == null ? null : e.getCause().getClass());
    }

    private static void assertClosed(SocketChannel channel) {
        try {
            assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
        } catch (IOException reset) {
            assertTrue(String.valueOf(reset.getMessage()).contains("reset"));
        }
    }
}
