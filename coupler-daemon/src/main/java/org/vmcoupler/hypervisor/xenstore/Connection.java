/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.xenstore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.vmcoupler.hypervisor.xenstore.Packet.WireType;
import org.vmcoupler.time.Poll;

/**
 * One connection to xenstored. Not thread-safe: one thread at a time. After an {@link IOException} it is in an unknown state and must be closed;
 * its transactions and watches end with it.
 */
final class Connection implements AutoCloseable {

    private static final Duration CONNECT_INTERVAL = Duration.ofMillis(10);

    private final SocketChannel channel;
    private final Selector selector;
    private final ByteBuffer in = ByteBuffer.allocate(Packet.HEADER_BYTES + Packet.PAYLOAD_LIMIT_BYTES);
    private int lastRequest;
    private boolean woken;

    /**
     * Connects.
     *
     * @param end {@link System#nanoTime} at which waiting ends
     * @throws IOException nobody listens there, or xenstored did not take the connection in time
     */
    Connection(Path socket, long end) throws IOException {
        channel = connect(socket, end);
        try {
            selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * A xenstored that hangs takes no connections: once its queue is full, a blocking connect would wait for ever, and one that does not block fails
     * with EAGAIN, which Java does not tell from other errors. Source: Linux net/unix/af_unix.c, unix_stream_connect.
     */
    private static SocketChannel connect(Path socket, long end) throws IOException {
        try {
            Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            return Poll.value(() -> tryToConnect(socket), left, CONNECT_INTERVAL)
                    .orElseThrow(NoAnswer::new);
        } catch (UncheckedIOException e) {
            throw new IOException("xenstored does not listen at " + socket, e.getCause());
        }
    }

    private static Optional<SocketChannel> tryToConnect(Path socket) {
        try {
            SocketChannel tried = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                tried.configureBlocking(false);
                if (tried.connect(UnixDomainSocketAddress.of(socket))) {
                    return Optional.of(tried);
                }
                tried.close();
                return Optional.empty();
            } catch (IOException e) {
                tried.close();
                throw e;
            }
        } catch (IOException e) {
            if (e instanceof ConnectException || !Files.exists(socket)) {
                throw new UncheckedIOException(e);
            }
            return Optional.empty();
        }
    }

    /**
     * Sends a request and returns the answer to it. Watch events that come first are remembered.
     *
     * @param transaction id, or 0
     * @param end {@link System#nanoTime} at which waiting ends
     * @throws XenstoreException xenstored refused; the connection is as good as before
     * @throws IOException the answer did not come in time or was malformed
     */
    Packet exchange(WireType type, int transaction, List<String> strings, long end) throws IOException {
        return exchange(type, transaction, Packet.strings(strings), end);
    }

    /** As above with a payload that does not end with a zero byte, as the value of {@code WRITE}. */
    Packet exchange(WireType type, int transaction, byte[] payload, long end) throws IOException {
        int request = ++lastRequest;
        send(new Packet(type, request, transaction, payload).encode(), end);
        while (true) {
            Packet packet = receive(end);
            if (packet.type() == WireType.WATCH_EVENT) {
                woken = true;
            } else if (packet.requestId() != request) {
                throw new IOException("answer to request " + packet.requestId() + " instead of " + request);
            } else if (packet.type() == WireType.ERROR) {
                throw new XenstoreException(type.name(), packet.text().replaceAll("[^A-Z0-9]", ""));
            } else if (packet.type() != type) {
                throw new IOException("answer " + packet.type() + " to " + type);
            } else {
                return packet;
            }
        }
    }

    /** Waits for a watch event, one that came during an exchange included; tells whether there was one before {@code end}. */
    boolean awaitEvent(long end) throws IOException {
        while (!woken) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            try {
                woken = receive(end).type() == WireType.WATCH_EVENT;
            } catch (NoAnswer e) {
                return false;
            }
        }
        woken = false;
        return true;
    }

    private void send(ByteBuffer out, long end) throws IOException {
        while (out.hasRemaining()) {
            if (channel.write(out) == 0) {
                waitFor(SelectionKey.OP_WRITE, end);
            }
        }
    }

    private Packet receive(long end) throws IOException {
        // a message that was cut short by a deadline stays in the buffer and is completed by the next call
        fill(Packet.HEADER_BYTES, end);
        try {
            fill(Packet.HEADER_BYTES + Packet.bodyBytes(in), end);
            Packet packet = Packet.decode(in.duplicate());
            in.clear();
            return packet;
        } catch (IllegalArgumentException e) {
            throw new IOException("xenstored sent a " + e.getMessage(), e);
        }
    }

    private void fill(int bytes, long end) throws IOException {
        in.limit(bytes);
        while (in.hasRemaining()) {
            int count = channel.read(in);
            if (count < 0) {
                throw new IOException("xenstored closed the connection");
            }
            if (count == 0) {
                waitFor(SelectionKey.OP_READ, end);
            }
        }
    }

    private void waitFor(int operation, long end) throws IOException {
        long leftMs = (end - System.nanoTime() + 999_999) / 1_000_000;
        if (leftMs <= 0) {
            throw new NoAnswer();
        }
        channel.keyFor(selector).interestOps(operation);
        selector.select(leftMs);
        selector.selectedKeys().clear();
        if (Thread.currentThread().isInterrupted()) {
            throw new IOException("interrupted while waiting for xenstored");
        }
    }

    @Override
    public void close() {
        try {
            selector.close();
            channel.close();
        } catch (IOException e) {
            // nothing was pending on it: xenstored drops the connection's transactions and watches by itself
        }
    }

    /** The deadline passed. */
    private static final class NoAnswer extends IOException {
        private static final long serialVersionUID = 1L;

        NoAnswer() {
            super("no answer from xenstored in time");
        }
    }
}
