/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Random;
import org.vmcoupler.hypervisor.DomainKind;

/** Sends bytes through decoder and encoder as a relay does, in pieces of random size, and keeps what came out. */
final class Passage implements AutoCloseable {
    final StreamDecoder decoder;
    final StreamCounters counters = new StreamCounters();
    final StreamDigest digest = new StreamDigest(new byte[32]);
    private final StreamEncoder encoder = new StreamEncoder(UnpooledByteBufAllocator.DEFAULT);
    private final ByteBuf out = Unpooled.buffer();

    Passage(StreamRules rules) {
        decoder = new StreamDecoder(rules, UnpooledByteBufAllocator.DEFAULT);
    }

    static Passage of(DomainKind kind) {
        return new Passage(new StreamRules(kind, 1 << 20, 8));
    }

    /** Passes all of {@code bytes} in pieces of 1 to {@code pieceMax} bytes; returns what was emitted so far. */
    byte[] pass(byte[] bytes, Random random, int pieceMax) throws StreamFormatException {
        int at = 0;
        while (at < bytes.length) {
            int piece = Math.min(1 + random.nextInt(pieceMax), bytes.length - at);
            decoder.decode(Unpooled.wrappedBuffer(bytes, at, piece), this::take);
            at += piece;
        }
        encoder.flush(this::emit);
        byte[] emitted = new byte[out.readableBytes()];
        out.getBytes(0, emitted);
        return emitted;
    }

    private void take(StreamRecord streamRecord) {
        counters.count(streamRecord);
        encoder.encode(streamRecord, this::emit);
    }

    private void emit(ByteBuf piece) {
        digest.update(piece);
        out.writeBytes(piece);
        piece.release();
    }

    @Override
    public void close() {
        decoder.close();
        encoder.close();
    }
}
