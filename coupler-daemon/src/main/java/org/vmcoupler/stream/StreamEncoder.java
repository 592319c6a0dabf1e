/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records as stream bytes: what was decoded from a legal stream comes out byte for byte the same, and nothing comes out that was not
 * parsed. Small pieces are gathered; page data passes without a copy. One thread.
 */
public final class StreamEncoder implements AutoCloseable {
    private static final int GATHERED_BYTES = 64 << 10;
    /** Page data up to this size is gathered too: a copy costs less than one more buffer to write. */
    private static final int COPIED_BYTES_MAX = 4 << 10;

    private final ByteBufAllocator allocator;
    private @Nullable ByteBuf gathered;

    /** Makes an encoder at the first byte of a stream. */
    public StreamEncoder(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * Encodes one record and releases it. Finished buffers go to {@code out}, which owns them; up to 64 KiB and one record without pages stay
     * here until {@link #flush}.
     */
    public void encode(StreamRecord streamRecord, Consumer<? super ByteBuf> out) {
        if (streamRecord instanceof StreamRecord.PageData page) {
            pageData(page, room(16 + 8 * page.entryCount(), out));
        } else if (streamRecord instanceof StreamRecord.PageBytes piece) {
            pageBytes(piece, out);
        } else if (streamRecord instanceof StreamRecord.Opaque opaque) {
            opaque(opaque, out);
        } else {
            header(streamRecord, room(24, out));
        }
    }

    /** Hands what was gathered to {@code out}, in a buffer of at most twice its size: a trickle that waits must not hold much memory. */
    public void flush(Consumer<? super ByteBuf> out) {
        ByteBuf last = gathered;
        if (last == null || !last.isReadable()) {
            return;
        }
        int bytes = last.readableBytes();
        if (2 * bytes >= last.capacity()) {
            gathered = null;
            out.accept(last);
        } else {
            ByteBuf exact = allocator.directBuffer(bytes, bytes).writeBytes(last);
            last.clear();
            out.accept(exact);
        }
    }

    /** Gives up what was gathered; may be called more than once. */
    @Override
    public void close() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
    }

    private static void pageData(StreamRecord.PageData page, ByteBuf into) {
        int head = 8 + 8 * page.entryCount();
        into.writeIntLE(RecordType.PAGE_DATA.code());
        into.writeIntLE(head + page.pageBytes());
        into.writeIntLE(page.entryCount());
        into.writeIntLE(0);
        into.nioBuffer(into.writerIndex(), head - 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer()
                .put(page.entries());
        into.writerIndex(into.writerIndex() + head - 8);
    }

    private void pageBytes(StreamRecord.PageBytes piece, Consumer<? super ByteBuf> out) {
        int bytes = piece.bytes().readableBytes();
        if (bytes <= COPIED_BYTES_MAX) {
            room(bytes, out).writeBytes(piece.bytes());
            piece.release();
        } else {
            flush(out);
            out.accept(piece.bytes());
        }
    }

    private void opaque(StreamRecord.Opaque opaque, Consumer<? super ByteBuf> out) {
        int length = opaque.body().readableBytes();
        int padded = StreamDecoder.padded(length);
        ByteBuf into = room(8 + padded, out);
        into.writeIntLE(opaque.type().code());
        into.writeIntLE(length);
        into.writeBytes(opaque.body());
        into.writeZero(padded - length);
        opaque.release();
    }

    private static void header(StreamRecord streamRecord, ByteBuf into) {
        if (streamRecord instanceof StreamRecord.LibxlHeader) {
            into.writeLong(StreamDecoder.LIBXL_IDENT);
            into.writeInt(StreamDecoder.LIBXL_VERSION);
            into.writeInt(0);
        } else if (streamRecord instanceof StreamRecord.ImageHeader) {
            into.writeLong(StreamDecoder.IMAGE_MARKER);
            into.writeInt(StreamDecoder.IMAGE_ID);
            into.writeInt(StreamDecoder.IMAGE_VERSION);
            into.writeLong(0);
        } else if (streamRecord instanceof StreamRecord.DomainHeader domain) {
            into.writeIntLE(domain.paravirtualised() ? 1 : 2);
            into.writeShortLE(StreamDecoder.PAGE_SHIFT);
            into.writeShortLE(0);
            into.writeIntLE(domain.xenMajor());
            into.writeIntLE(domain.xenMinor());
        }
    }

    private ByteBuf room(int bytes, Consumer<? super ByteBuf> out) {
        if (gathered != null && gathered.writableBytes() < bytes) {
            flush(out);
        }
        if (gathered == null) {
            gathered = allocator.directBuffer(Math.max(bytes, GATHERED_BYTES));
        }
        return gathered;
    }
}
