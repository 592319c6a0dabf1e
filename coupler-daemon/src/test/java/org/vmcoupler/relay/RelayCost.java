/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.util.concurrent.EventExecutor;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.vmcoupler.hypervisor.DomainKind;
import org.vmcoupler.stream.StreamCounters;
import org.vmcoupler.stream.StreamDecoder;
import org.vmcoupler.stream.StreamDigest;
import org.vmcoupler.stream.StreamEncoder;
import org.vmcoupler.stream.StreamRecord;
import org.vmcoupler.stream.StreamRules;
import org.vmcoupler.stream.StreamWriter;

/**
 * Measures what a stream costs in processor time: no test, run by hand with {@code -XX:TieredStopAtLevel=1} as dom0 does. Compare figures of one
 * machine and one minute only; the plain copy is the yardstick.
 */
public final class RelayCost {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int PIECE_BYTES = 256 << 10;

    private RelayCost() {}

    /** Runs all measurements; the argument is the size of the stream in MiB, 256 if missing. */
    public static void main(String[] args) throws Exception {
        int mebibytes = args.length > 0 ? Integer.parseInt(args[0]) : 256;
        int batches = mebibytes / 4;
        ByteBuf stream = ByteBufAllocator.DEFAULT.directBuffer();
        StreamWriter writer = new StreamWriter(1).start(DomainKind.PVH);
        long[] entries = new Random(2).longs(1024, 1, 1 << 20).sorted().toArray();
        byte[] start = writer.bytes();
        byte[] batch = new StreamWriter(3).pages(entries).bytes();
        byte[] end = new StreamWriter(4).end(DomainKind.PVH).bytes();
        stream.writeBytes(start);
        for (int i = 0; i < batches; i++) {
            stream.writeBytes(batch);
        }
        stream.writeBytes(end);
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        for (int round = 0; round < 3; round++) {
            double copy = perMebibyte(stream, copy(stream));
            double digest = perMebibyte(stream, digest(stream));
            double codec = perMebibyte(stream, codec(stream));
            double relay = perMebibyte(stream, relay(stream));
            out.printf(
                    Locale.ROOT,
                    "per MiB: copy %.0f us, digest %.0f us, copy and codec %.0f us, both relays %.0f us%n",
                    copy,
                    digest,
                    codec,
                    relay);
        }
        stream.release();
    }

    private static double perMebibyte(ByteBuf stream, long nanos) {
        return nanos / 1e3 / (stream.readableBytes() / (double) (1 << 20));
    }

    private static long copy(ByteBuf stream) {
        long before = THREADS.getCurrentThreadCpuTime();
        for (int at = 0; at < stream.readableBytes(); at += PIECE_BYTES) {
            piece(stream, at).release();
        }
        return THREADS.getCurrentThreadCpuTime() - before;
    }

    private static long digest(ByteBuf stream) {
        StreamDigest digest = new StreamDigest(new byte[32]);
        long before = THREADS.getCurrentThreadCpuTime();
        digest.update(stream);
        return THREADS.getCurrentThreadCpuTime() - before;
    }

    private static long codec(ByteBuf stream) throws Exception {
        StreamDigest digest = new StreamDigest(new byte[32]);
        StreamCounters counters = new StreamCounters();
        long before = THREADS.getCurrentThreadCpuTime();
        try (StreamDecoder decoder =
                        new StreamDecoder(new StreamRules(DomainKind.PVH, 1 << 20, 4), PooledByteBufAllocator.DEFAULT);
                StreamEncoder encoder = new StreamEncoder(PooledByteBufAllocator.DEFAULT)) {
            Consumer<ByteBuf> emit = piece -> {
                digest.update(piece);
                piece.release();
            };
            Consumer<StreamRecord> take = streamRecord -> {
                counters.count(streamRecord);
                encoder.encode(streamRecord, emit);
            };
            for (int at = 0; at < stream.readableBytes(); at += PIECE_BYTES) {
                ByteBuf in = piece(stream, at);
                decoder.decode(in, take);
                in.release();
                encoder.flush(emit);
            }
        }
        return THREADS.getCurrentThreadCpuTime() - before;
    }

    private static ByteBuf piece(ByteBuf stream, int at) {
        int bytes = Math.min(PIECE_BYTES, stream.readableBytes() - at);
        return PooledByteBufAllocator.DEFAULT.directBuffer(PIECE_BYTES).writeBytes(stream, at, bytes);
    }

    /** Returns the processor time of the event loops, both ends of the relay together. */
    private static long relay(ByteBuf stream) throws Exception {
        RelayBench bench = new RelayBench();
        try {
            RelayBench.Pair save = bench.pair();
            RelayBench.Pair restore = bench.pair();
            List<Channel> ends = bench.dataConnection();
            StreamRelay destination = StreamRelay.atDestination(bench.setup, ends.get(0), restore.fd());
            StreamRelay source = StreamRelay.atSource(bench.setup, save.fd(), ends.get(1));
            long before = loops(bench);
            destination.open();
            source.open();
            CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> drain(restore));
            ByteBuffer rest = stream.nioBuffer();
            while (rest.hasRemaining()) {
                save.test().write(rest);
            }
            source.result().get(60, TimeUnit.SECONDS);
            destination.result().get(60, TimeUnit.SECONDS);
            long spent = loops(bench) - before;
            reading.get(60, TimeUnit.SECONDS);
            return spent;
        } finally {
            bench.close();
        }
    }

    private static void drain(RelayBench.Pair from) {
        ByteBuffer into = ByteBuffer.allocateDirect(1 << 20);
        try {
            while (from.test().read(into) >= 0) {
                into.clear();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long loops(RelayBench bench) throws Exception {
        long nanos = 0;
        for (EventExecutor loop : bench.group) {
            nanos += loop.submit(THREADS::getCurrentThreadCpuTime).get();
        }
        return nanos;
    }
}
