/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.hypervisor.DomainKind;
import org.vmcoupler.stream.StreamWriter;
import org.vmcoupler.time.Poll;

class StreamRelayTest {
    private RelayBench bench;
    private RelayBench.Pair save;
    private RelayBench.Pair restore;
    private Channel data;
    private StreamRelay destination;

    @BeforeEach
    void connect() throws Exception {
        bench = new RelayBench();
        save = bench.pair();
        restore = bench.pair();
        List<Channel> ends = bench.dataConnection();
        data = ends.get(1);
        destination = StreamRelay.atDestination(bench.setup, ends.get(0), restore.fd());
    }

    @AfterEach
    void close() throws Exception {
        bench.close();
    }

    private StreamRelay startSource() throws IOException {
        StreamRelay source = StreamRelay.atSource(bench.setup, save.fd(), data);
        destination.open();
        return source;
    }

    @Test
    void aStreamArrivesByteForByteAndBothEndsAgree() throws Exception {
        byte[] stream = StreamWriter.legal(DomainKind.PVH, 1500, 1);
        StreamRelay source = startSource();
        source.open();
        CompletableFuture<Void> writing = RelayBench.write(save.test(), stream);
        assertArrayEquals(stream, RelayBench.read(restore.test(), stream.length + 1));
        writing.get(5, TimeUnit.SECONDS);
        StreamSummary sent = source.result().get(20, TimeUnit.SECONDS);
        assertEquals(sent, destination.result().get(20, TimeUnit.SECONDS));
        assertEquals(stream.length, sent.bytes());
        assertEquals(2, sent.counts().rounds());
        assertTrue(source.progress().complete() && destination.progress().complete());
        assertEquals(stream.length, destination.progress().bytesOut());
    }

    @Test
    void theSourceReadsNothingBeforeItIsOpened() throws Exception {
        byte[] stream = StreamWriter.legal(DomainKind.PVH, 3, 1);
        StreamRelay source = startSource();
        RelayBench.write(save.test(), stream).get(5, TimeUnit.SECONDS);
        save.test().shutdownOutput();
        assertFalse(Poll.until(
                () -> source.progress().bytesIn() > 0 || source.result().isDone(),
                Duration.ofMillis(300),
                Duration.ofMillis(20)));
        source.open();
        assertArrayEquals(stream, RelayBench.read(restore.test(), stream.length + 1));
    }

    @Test
    void aSlowConsumerHoldsTheSourceBackWithinTheBounds() throws Exception {
        byte[] stream = StreamWriter.legal(DomainKind.PVH, 16_384, 1);
        StreamRelay source = startSource();
        source.open();
        CompletableFuture<Void> writing = RelayBench.write(save.test(), stream);
        long[] last = {-1};
        assertTrue(
                Poll.until(
                        () -> {
                            long now = source.progress().bytesIn()
                                    + destination.progress().bytesIn();
                            boolean still = now == last[0] && now > 0;
                            last[0] = now;
                            return still;
                        },
                        Duration.ofSeconds(20),
                        Duration.ofMillis(700)),
                "the stream never came to rest");
        assertFalse(writing.isDone(), "the whole stream was taken though nobody reads");
        assertTrue(source.progress().waitingBytes() >= RelayLimits.UNSENT_BYTES_LOW, "the path holds it up");
        assertEquals(0, destination.progress().waitingBytes(), "the destination does not judge the path");
        assertArrayEquals(stream, RelayBench.read(restore.test(), stream.length + 1));
        assertEquals(
                source.result().get(20, TimeUnit.SECONDS), destination.result().get(20, TimeUnit.SECONDS));
        assertEquals(0, source.progress().waitingBytes(), "nothing waits any more");
        for (StreamRelay relay : List.of(source, destination)) {
            assertTrue(
                    relay.progress().bufferedBytesPeak() <= RelayLimits.STREAM_BYTES_MAX,
                    () -> "buffered " + relay.progress().bufferedBytesPeak());
        }
        assertTrue(2 * RelayLimits.STREAM_BYTES_MAX <= RelayLimits.MIGRATION_BYTES_MAX);
    }

    @Test
    void aDeadSaveHelperEndsBothEndsAndTheRestoreHelperSeesIt() throws Exception {
        byte[] stream = StreamWriter.legal(DomainKind.PVH, 300, 1);
        StreamRelay source = startSource();
        source.open();
        RelayBench.write(save.test(), java.util.Arrays.copyOf(stream, 500_000)).get(5, TimeUnit.SECONDS);
        save.test().close();
        RelayException failure = failure(source);
        assertEquals(RelayException.Origin.HELPER, failure.origin());
        assertEquals(500_000, failure.offsetBytes());
        assertTrue(String.valueOf(failure.getMessage()).contains("target stream at the source"));
        assertEquals(RelayException.Origin.PEER, failure(destination).origin());
        byte[] arrived = RelayBench.read(restore.test(), stream.length);
        assertTrue(arrived.length <= 500_000);
        assertArrayEquals(java.util.Arrays.copyOf(stream, arrived.length), arrived);
    }

    @Test
    void aDeadRestoreHelperEndsBothEnds() throws Exception {
        StreamRelay source = startSource();
        source.open();
        restore.test().close();
        assertEquals(RelayException.Origin.HELPER, failure(destination).origin());
        assertEquals(RelayException.Origin.PEER, failure(source).origin());
        assertEquals(0, RelayBench.read(save.test(), 1).length);
    }

    @Test
    void anAbortBeforeTheOpeningClosesTheSaveHelpersSocket() throws Exception {
        StreamRelay source = startSource();
        source.abort("cancelled");
        RelayException failure = failure(source);
        assertEquals(RelayException.Origin.OWNER, failure.origin());
        assertTrue(String.valueOf(failure.getMessage()).contains("cancelled"));
        assertEquals(0, RelayBench.read(save.test(), 1).length);
        assertEquals(RelayException.Origin.PEER, failure(destination).origin());
    }

    @Test
    void aHostilePeerIsRefusedAndNothingOfItsRecordReachesTheHelper() throws Exception {
        byte[] good = new StreamWriter(1).start(DomainKind.PVH).pages(1).bytes();
        byte[] bad = new StreamWriter(1)
                .start(DomainKind.PVH)
                .pages(1)
                .record(0xD, new byte[0])
                .bytes();
        destination.open();
        data.writeAndFlush(Unpooled.wrappedBuffer(bad)).sync();
        RelayException failure = failure(destination);
        assertEquals(RelayException.Origin.STREAM, failure.origin());
        assertTrue(String.valueOf(failure.getMessage()).contains("byte " + good.length));
        assertTrue(RelayBench.read(restore.test(), bad.length).length <= good.length);
        RelayBench.write(save.test(), new byte[8]).get(5, TimeUnit.SECONDS);
        new FileDescriptor(save.fd()).close();
    }

    @Test
    void bytesAfterTheEndAreAnError() throws Exception {
        byte[] stream = StreamWriter.legal(DomainKind.PVH, 3, 1);
        destination.open();
        data.writeAndFlush(Unpooled.wrappedBuffer(stream)).sync();
        assertArrayEquals(stream, RelayBench.read(restore.test(), stream.length));
        assertFalse(destination.result().isDone());
        data.writeAndFlush(Unpooled.wrappedBuffer(new byte[1])).sync();
        assertEquals(RelayException.Origin.STREAM, failure(destination).origin());
        new FileDescriptor(save.fd()).close();
    }

    @Test
    void aDescriptorThatWouldBlockIsRefusedAndClosed(@TempDir Path folder) throws Exception {
        new FileDescriptor(save.fd()).close();
        Path own = Files.createFile(folder.resolve("own"));
        FileDescriptor file = FileDescriptor.from(own.toString());
        int fd = file.intValue();
        IOException e = assertThrows(IOException.class, () -> StreamRelay.atSource(bench.setup, fd, data));
        assertTrue(String.valueOf(e.getMessage()).contains("O_NONBLOCK"));
        assertNotEquals(
                own.toString(), link(Path.of("/proc/self/fd/" + fd)), "its number may have been given again by now");
        assertTrue(data.closeFuture().await(5, TimeUnit.SECONDS));
    }

    /** Sockets that listen or connect are not in this list: Netty makes them without the flag. The package's documentation says who sets it. */
    @Test
    void eventLoopsAndAcceptedConnectionsDoNotLeakIntoChildProcesses() throws Exception {
        Set<String> before = kernelObjects();
        RelayBench second = new RelayBench();
        try {
            List<Channel> ends = second.dataConnection();
            assertCloseOnExec(((UnixChannel) ends.get(0)).fd().intValue());
            Set<String> made = kernelObjects();
            made.removeAll(before);
            assertTrue(made.size() >= 4, "an epoll and an event descriptor for each of two loops: " + made);
            for (String entry : made) {
                assertCloseOnExec(Integer.parseInt(entry.substring(0, entry.indexOf(' '))));
            }
        } finally {
            second.close();
        }
    }

    private static void assertCloseOnExec(int fd) throws IOException {
        int flags = AdoptedSocket.flags(Files.readString(Path.of("/proc/self/fdinfo/" + fd)));
        assertTrue((flags & 0_2000000) != 0, "descriptor " + fd + " has no O_CLOEXEC");
    }

    /** Returns number and kind of every descriptor of the sort that event loops are made of. */
    private static Set<String> kernelObjects() throws IOException {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            for (Path fd : fds.toList()) {
                String what = link(fd);
                if (what.startsWith("anon_inode:")) {
                    found.add(fd.getFileName() + " " + what);
                }
            }
        }
        return found;
    }

    private static String link(Path fd) throws IOException {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static RelayException failure(StreamRelay relay) {
        ExecutionException e =
                assertThrows(ExecutionException.class, () -> relay.result().get(20, TimeUnit.SECONDS));
        return assertInstanceOf(RelayException.class, e.getCause());
    }
}
