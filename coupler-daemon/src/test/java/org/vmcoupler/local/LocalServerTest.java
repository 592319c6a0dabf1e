/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.time.Poll;

class LocalServerTest {

    private final ScriptedService service = new ScriptedService();
    private Path folder;
    private Path path;
    private LocalServer server;

    @BeforeEach
    void listen(@TempDir Path folder) {
        this.folder = folder;
        path = folder.resolve("v.sock");
        server = LocalServer.start(new LocalSocket(path, Optional.empty()), service);
    }

    @AfterEach
    void stop() {
        service.slow.countDown();
        server.close();
        assertFalse(Files.exists(path));
    }

    @Test
    void socketBelongsToTheGroupAndLeavesNothingBeside() throws IOException {
        assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        try (var files = Files.list(folder)) {
            assertEquals(List.of(path), files.toList());
        }
        server.close();
        String group =
                Files.readAttributes(folder, PosixFileAttributes.class).group().getName();
        server = LocalServer.start(new LocalSocket(path, Optional.of(group)), service);
        assertEquals(
                group,
                Files.readAttributes(path, PosixFileAttributes.class).group().getName());
    }

    @Test
    void unknownGroupOrSecondDaemonRefusesTheStart() {
        LocalSocket other = new LocalSocket(folder.resolve("w.sock"), Optional.of("no-such-group"));
        Refusal refusal = assertThrows(Refusal.class, () -> LocalServer.start(other, service));
        assertTrue(String.valueOf(refusal.getMessage()).contains("groupadd"));
        assertFalse(Files.exists(other.path()));
        LocalSocket same = new LocalSocket(path, Optional.empty());
        assertEquals(
                ErrorCode.BAD_CONFIG,
                assertThrows(Refusal.class, () -> LocalServer.start(same, service))
                        .code());
        assertTrue(Files.exists(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage",
                "[]",
                "{}",
                "null",
                "{\"v\":2,\"request\":\"pairs\"}",
                "{\"v\":1,\"request\":\"format\"}",
                "{\"v\":1,\"v\":1,\"request\":\"pairs\"}",
                "{\"v\":1,\"request\":\"pairs\"} {}",
                "{\"v\":1,\"request\":\"couple\",\"target\":\"web\"}",
                "{\"v\":1,\"request\":\"couple\",\"target\":7,\"guard\":\"g\"}",
                "{\"v\":1,\"request\":\"couple\",\"target\":\"a/b\",\"guard\":\"g\"}",
                "{\"v\":1,\"request\":\"status\",\"x\":[[[[[[[[[[[[]]]]]]]]]]]]}",
                "{\"v\":1,\"request\":\"status\",\"migrationId\":99999999999999999999999}"
            })
    void hostileRequestsAreRefusedAndReachNobody(String line) throws IOException {
        String answer = raw(line + "\n");
        assertTrue(answer.contains("\"code\":\"PROTOCOL\""), answer);
        assertTrue(service.seen.isEmpty());
        assertEquals(1, ask(new LocalRequest.Pairs(), PairList.class).pairs().size());
    }

    @Test
    void longLineIsRefused() throws IOException {
        String answer = raw("x".repeat(LocalProtocol.MAX_REQUEST_BYTES + 1));
        assertTrue(answer.contains("longer than"), answer);
    }

    @Test
    void halfALineAndTheEndIsDropped() throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            channel.write(ByteBuffer.wrap("{\"v\":1,\"request\":\"pairs\"}".getBytes(StandardCharsets.UTF_8)));
            channel.shutdownOutput();
            assertEquals(-1, channel.read(ByteBuffer.allocate(10)));
        }
    }

    @Test
    void oneConnectionTooManyIsToldSoAndOthersLeaveRoom() throws IOException {
        List<SocketChannel> idle = new ArrayList<>();
        try {
            for (int i = 0; i < LocalServer.MAX_CONNECTIONS; i++) {
                idle.add(SocketChannel.open(UnixDomainSocketAddress.of(path)));
            }
            assertTrue(raw("").contains("\"code\":\"BUSY\""));
        } finally {
            for (SocketChannel channel : idle) {
                channel.close();
            }
        }
        assertTrue(Poll.until(this::answers, Duration.ofSeconds(20), Duration.ofMillis(10)));
    }

    @Test
    void clientThatLeavesDoesNotEndItsMigration() throws Exception {
        LocalRequest migrate = new LocalRequest.Migrate(
                "web",
                "slow",
                Optional.empty(),
                Optional.of(3),
                Optional.empty(),
                Optional.empty(),
                OnTimeout.STOP,
                false);
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            channel.write(ByteBuffer.wrap((LocalProtocol.write(migrate) + "\n").getBytes(StandardCharsets.UTF_8)));
            assertEquals(migrate, service.seen.poll(20, TimeUnit.SECONDS));
        }
        assertTrue(answers());
        assertTrue(service.ended.isEmpty());
        service.slow.countDown();
        assertEquals("slow", service.ended.poll(20, TimeUnit.SECONDS));
    }

    @Test
    void clientThatLeavesItsMigrationFreesItsPlace() throws Exception {
        LocalRequest migrate = new LocalRequest.Migrate(
                "web",
                "slow",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OnTimeout.STOP,
                false);
        for (int i = 0; i < LocalServer.MAX_CONNECTIONS; i++) {
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                channel.write(ByteBuffer.wrap((LocalProtocol.write(migrate) + "\n").getBytes(StandardCharsets.UTF_8)));
                assertEquals(migrate, service.seen.poll(20, TimeUnit.SECONDS));
            }
        }
        assertTrue(Poll.until(this::answers, Duration.ofSeconds(20), Duration.ofMillis(10)));
        assertTrue(service.ended.isEmpty());
    }

    @Test
    void silentDaemonIsNotWaitedForBeyondTheLimit() throws IOException {
        Path silent = folder.resolve("silent.sock");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(silent));
            LocalClient client = new LocalClient(silent, Duration.ofMillis(50));
            Refusal refusal = assertThrows(
                    Refusal.class, () -> client.ask(new LocalRequest.Pairs(), PairList.class, progress -> {}));
            assertEquals(ErrorCode.NO_DAEMON, refusal.code());
            assertTrue(String.valueOf(refusal.getMessage()).contains("no answer within"));
        }
    }

    private boolean answers() {
        try {
            return ask(new LocalRequest.Pairs(), PairList.class).pairs().size() == 1;
        } catch (Refusal e) {
            return false;
        }
    }

    private <R extends Record> R ask(LocalRequest request, Class<R> type) {
        return new LocalClient(path).ask(request, type, progress -> {});
    }

    private String raw(String bytes) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            channel.write(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.UTF_8)));
            BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            return String.valueOf(in.readLine());
        }
    }
}
