/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.stream.StreamCounters;
import org.vmcoupler.stream.StreamCounts;
import org.vmcoupler.stream.StreamDecoder;
import org.vmcoupler.stream.StreamDigest;
import org.vmcoupler.stream.StreamEncoder;
import org.vmcoupler.stream.StreamFormatException;
import org.vmcoupler.stream.StreamRecord;

/**
 * One end of one stream: reads, checks, counts, re-emits and writes it. The public methods may be called from any thread; all else happens on
 * the event loop of the data connection. Whatever ends it, both sockets are closed and the result is completed.
 */
public final class StreamRelay {
    private static final Logger LOG = LoggerFactory.getLogger(StreamRelay.class);

    private final String name;
    private final boolean source;
    private final Channel data;
    private final AdoptedSocket socket;
    private final EventLoop loop;
    private final StreamDecoder decoder;
    private final StreamEncoder encoder;
    private final StreamDigest digest;
    private final StreamCounters counters = new StreamCounters();
    private final RateWindow rate = new RateWindow(Duration.ofSeconds(2), Duration.ofMillis(100), System.nanoTime());
    private final CompletableFuture<StreamSummary> result = new CompletableFuture<>();

    private @Nullable Channel helper;
    private @Nullable ChannelFuture lastWrite;
    private boolean opened;
    private boolean endFlushed;
    private boolean inputEnded;
    private boolean over;
    private final AtomicLong bytesIn = new AtomicLong();
    private final AtomicLong bytesHandedOn = new AtomicLong();
    private final AtomicLong bytesOut = new AtomicLong();
    private volatile long bufferedPeak;
    private volatile StreamCounts counts = StreamCounts.NONE;

    private StreamRelay(RelaySetup setup, boolean source, Channel data, AdoptedSocket socket) {
        this.name = "migration " + setup.migrationId() + ", "
                + setup.role().name().toLowerCase(Locale.ROOT) + " stream at the "
                + (source ? "source" : "destination");
        this.source = source;
        this.data = data;
        this.socket = socket;
        this.loop = data.eventLoop();
        this.decoder = new StreamDecoder(setup.rules(), data.alloc());
        this.encoder = new StreamEncoder(data.alloc());
        this.digest = new StreamDigest(setup.token().bytes());
    }

    /**
     * Makes the source's end: from the save helper's socket to the data connection. No byte of the save stream is read before {@link #open},
     * so a save whose shim is missing blocks.
     *
     * @param saveFd the other end of the socket that libxl writes to; a socket with O_NONBLOCK and O_CLOEXEC; owned by the relay from this
     *     call on, also when it throws
     * @param data from {@link DataConnector}, owned by the relay from this call on
     * @throws IOException {@code saveFd} is not such a socket; both are closed
     */
    public static StreamRelay atSource(RelaySetup setup, int saveFd, Channel data) throws IOException {
        return start(setup, true, saveFd, data);
    }

    /**
     * Makes the destination's end: from the data connection to the restore helper's socket. The data connection is read from {@link #open} on.
     *
     * @param restoreFd the other end of the socket that libxl reads from, otherwise as for {@link #atSource}
     * @param data from {@link DataListener#expect}, owned by the relay from this call on
     * @throws IOException {@code restoreFd} is not such a socket; both are closed
     */
    public static StreamRelay atDestination(RelaySetup setup, Channel data, int restoreFd) throws IOException {
        return start(setup, false, restoreFd, data);
    }

    private static StreamRelay start(RelaySetup setup, boolean source, int fd, Channel data) throws IOException {
        AdoptedSocket socket;
        try {
            socket = AdoptedSocket.of(fd);
        } catch (IOException e) {
            close(data);
            throw e;
        }
        StreamRelay relay = new StreamRelay(setup, source, data, socket);
        relay.onLoop(relay::attach);
        return relay;
    }

    /** Lets the stream flow; at the source only after the shim's HELLO. Later calls do nothing. */
    public void open() {
        onLoop(() -> {
            if (opened || over) {
                return;
            }
            opened = true;
            if (source) {
                register();
            } else {
                pump();
            }
        });
    }

    /** Ends the stream now, unless it is over; the result then fails with origin OWNER. */
    public void abort(String reason) {
        onLoop(() -> fail(RelayException.Origin.OWNER, "aborted: " + reason, null));
    }

    /** Returns where the stream stands. */
    public RelayProgress progress() {
        // Each is read after what can only be less: a byte that was handed on is out later, and one that is out was in
        // before.
        long handedOn = bytesHandedOn.get();
        long out = bytesOut.get();
        return new RelayProgress(
                bytesIn.get(),
                out,
                bufferedPeak,
                counts,
                rate.bytesPerSecond(System.nanoTime()),
                rate.busyBytesPerSecond(),
                source && !result.isDone() ? Math.max(0, handedOn - out) : 0,
                result.isDone() && !result.isCompletedExceptionally());
    }

    /**
     * Returns what passed, as soon as the END record was written out, and at the destination also the data connection ended without another
     * byte. Fails with a {@link RelayException}. Completed on the event loop: what depends on it must not block there.
     */
    public CompletableFuture<StreamSummary> result() {
        return result.copy();
    }

    private void attach() {
        data.pipeline()
                .addLast(source ? new Output(RelayException.Origin.PEER) : new Input(RelayException.Origin.PEER));
        prepare(data, source);
        if (!data.isActive()) {
            fail(RelayException.Origin.PEER, "the data connection was closed", null);
        } else if (!source) {
            register();
        }
    }

    /** Makes the adopted socket a channel; from now on Netty may read it. */
    private void register() {
        Channel channel = socket.channel();
        helper = channel;
        prepare(channel, !source);
        channel.pipeline()
                .addLast(source ? new Input(RelayException.Origin.HELPER) : new Output(RelayException.Origin.HELPER));
        loop.register(channel)
                .addListener(registered -> guarded(() -> {
                    if (registered.isSuccess()) {
                        pump();
                    } else {
                        fail(RelayException.Origin.HELPER, "the helper's socket cannot be used", registered.cause());
                    }
                }));
    }

    private static void prepare(Channel channel, boolean output) {
        // An output is read only to learn that it was closed; an input only when its bytes can go on.
        channel.config().setAutoRead(output);
        // Of fixed size: with one read per request, as here, the adaptive one shrinks to its minimum and stays there.
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(RelayLimits.READ_BYTES_MAX));
        channel.config()
                .setWriteBufferWaterMark(
                        new WriteBufferWaterMark(RelayLimits.UNSENT_BYTES_LOW, RelayLimits.UNSENT_BYTES_HIGH));
    }

    private @Nullable Channel input() {
        return source ? helper : data;
    }

    private @Nullable Channel output() {
        return source ? data : helper;
    }

    private void pump() {
        Channel in = input();
        Channel out = output();
        if (opened && !over && in != null && out != null && in.isRegistered() && out.isWritable()) {
            in.read();
        }
    }

    private void read(ByteBuf in) {
        long taken = bytesIn.addAndGet(in.readableBytes());
        bufferedPeak = Math.max(bufferedPeak, taken - bytesOut.get());
        ByteBuf compact = compact(in);
        try {
            decoder.decode(compact, this::pass);
        } catch (StreamFormatException e) {
            fail(RelayException.Origin.STREAM, String.valueOf(e.getMessage()), e);
        } finally {
            compact.release();
        }
        if (over) {
            // A write that failed at once ended the relay while the rest of this piece was still decoded.
            decoder.close();
            encoder.close();
        }
    }

    /** What waits to be written keeps whole read buffers: none may hold less than half of its size, or a trickle would take much memory. */
    private ByteBuf compact(ByteBuf in) {
        int bytes = in.readableBytes();
        return 2 * bytes >= in.capacity()
                ? in.retain()
                : data.alloc().directBuffer(bytes).writeBytes(in);
    }

    private void pass(StreamRecord streamRecord) {
        if (over) {
            streamRecord.release();
            return;
        }
        counters.count(streamRecord);
        encoder.encode(streamRecord, this::write);
    }

    private void write(ByteBuf piece) {
        Channel out = output();
        if (out == null) {
            piece.release();
            return;
        }
        digest.update(piece);
        int bytes = piece.readableBytes();
        bytesHandedOn.addAndGet(bytes);
        lastWrite = out.write(piece)
                .addListener(written -> guarded(() -> {
                    if (written.isSuccess()) {
                        bytesOut.addAndGet(bytes);
                        rate.add(bytes, System.nanoTime());
                    } else {
                        fail(outputOrigin(), "writing failed", written.cause());
                    }
                }));
    }

    private void readDone() {
        if (over) {
            return;
        }
        encoder.flush(this::write);
        counts = counters.snapshot();
        Channel out = output();
        if (out != null) {
            out.flush();
        }
        if (decoder.isComplete() && lastWrite != null && !endFlushed) {
            lastWrite.addListener(written -> guarded(() -> {
                endFlushed |= written.isSuccess();
                finish();
            }));
        }
        if (!over) {
            pump();
        }
    }

    private RelayException.Origin outputOrigin() {
        return source ? RelayException.Origin.PEER : RelayException.Origin.HELPER;
    }

    /** Completes once the end is out; the destination also waits for the end of its input, so that no byte can follow. */
    private void finish() {
        if (over || !endFlushed || (!source && !inputEnded)) {
            return;
        }
        over = true;
        encoder.close();
        StreamSummary summary = new StreamSummary(digest.lengthBytes(), digest.hex(), counters.snapshot());
        if (source && data instanceof DuplexChannel duplex) {
            duplex.shutdownOutput()
                    .addListener(done -> LOG.debug("{}: end of output sent: {}", name, done.isSuccess()));
            var unused = loop.schedule(() -> close(data), RelayLimits.LINGER.toMillis(), TimeUnit.MILLISECONDS);
        } else {
            close(data);
        }
        closeHelper();
        LOG.info("{}: complete, {} bytes, digest {}, {}", name, summary.bytes(), summary.digest(), summary.counts());
        result.complete(summary);
    }

    private void fail(RelayException.Origin origin, String reason, @Nullable Throwable cause) {
        if (over) {
            return;
        }
        over = true;
        RelayException failure = new RelayException(name, origin, decoder.offsetBytes(), reason, cause);
        LOG.info("{}", failure.getMessage());
        try {
            close(data);
            closeHelper();
            decoder.close();
            encoder.close();
        } finally {
            result.completeExceptionally(failure);
        }
    }

    static void close(Channel channel) {
        channel.close().addListener(closed -> LOG.debug("{} closed: {}", channel, closed.isSuccess()));
    }

    private void closeHelper() {
        if (helper != null) {
            close(helper);
            return;
        }
        try {
            socket.close();
        } catch (IOException e) {
            LOG.warn("{}: closing the helper's socket failed", name, e);
        }
    }

    private void onLoop(Runnable step) {
        try {
            loop.execute(() -> guarded(step));
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new RelayException(
                    name, RelayException.Origin.OWNER, bytesIn.get(), "the daemon is shutting down", e));
        }
    }

    /** Runs a step that is no pipeline event: Netty would only log what it throws, and whoever waits for the result would wait for good. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            fail(RelayException.Origin.OWNER, "the relay itself failed: " + e, e);
        }
    }

    /** Where the stream comes from. */
    private final class Input extends ChannelInboundHandlerAdapter {
        private final RelayException.Origin origin;

        Input(RelayException.Origin origin) {
            this.origin = origin;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            try {
                if (!over && message instanceof ByteBuf in) {
                    read(in);
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            readDone();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            inputEnded = true;
            if (decoder.isComplete()) {
                finish();
            } else {
                fail(origin, "the other end closed before the END record", null);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            fail(origin, "reading failed: " + cause.getMessage(), cause);
        }
    }

    /** Where the stream goes. */
    private final class Output extends ChannelInboundHandlerAdapter {
        private final RelayException.Origin origin;

        Output(RelayException.Origin origin) {
            this.origin = origin;
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            pump();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
            fail(origin, "bytes came against the direction of the stream", null);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            fail(origin, "the other end closed while it was written to", null);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            fail(origin, "the connection failed: " + cause.getMessage(), cause);
        }
    }
}
