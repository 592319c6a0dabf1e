/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.local;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** The lines that arrive on a channel, all of them within one limit of time if there is one. One thread. */
final class ReplyLines implements AutoCloseable {

    private final SocketChannel channel;
    private final Selector selector;
    private final Optional<Long> deadlineNs;
    private final ByteBuffer buffer = ByteBuffer.allocate(8192).limit(0);

    /** Makes the channel non-blocking; the limit begins now. The channel stays the caller's to close. */
    ReplyLines(SocketChannel channel, Optional<Duration> limit) throws IOException {
        this.channel = channel;
        deadlineNs = limit.map(duration -> System.nanoTime() + duration.toNanos());
        selector = channel.provider().openSelector();
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
    }

    /**
     * Returns the next line without its end.
     *
     * @throws SocketTimeoutException the limit has passed
     * @throws EOFException the connection ended before the line did
     * @throws IllegalArgumentException the line is longer than {@link LocalProtocol#MAX_REPLY_BYTES}
     */
    String next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
        while (true) {
            while (buffer.hasRemaining()) {
                byte next = buffer.get();
                if (next == '\n') {
                    return line.toString(StandardCharsets.UTF_8);
                }
                if (line.size() >= LocalProtocol.MAX_REPLY_BYTES) {
                    throw new IllegalArgumentException("a line is too long");
                }
                line.write(next);
            }
            fill();
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }

    private void fill() throws IOException {
        buffer.clear();
        int count = channel.read(buffer);
        buffer.flip();
        if (count < 0) {
            throw new EOFException("end of the connection");
        }
        if (count == 0) {
            awaitBytes();
        }
    }

    private void awaitBytes() throws IOException {
        long waitMs = 0; // without limit
        if (deadlineNs.isPresent()) {
            waitMs = Math.floorDiv(deadlineNs.get() - System.nanoTime(), 1_000_000L);
            if (waitMs <= 0) {
                throw new SocketTimeoutException("no answer in time");
            }
        }
        selector.select(waitMs);
        selector.selectedKeys().clear();
    }
}
