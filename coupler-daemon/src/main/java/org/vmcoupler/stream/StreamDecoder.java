/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.vmcoupler.hypervisor.DomainKind;

/**
 * Decodes a save stream piece by piece into checked records. Holds at most one record, and of pages nothing: never more than
 * {@link #BUFFERED_BYTES_MAX}, whatever the input says. One thread; does not block.
 */
public final class StreamDecoder implements AutoCloseable {

    /** Most bytes held between two calls: the largest record with its header and padding. */
    public static final int BUFFERED_BYTES_MAX = RecordType.BODY_BYTES_MAX + 8 + 7;

    static final long LIBXL_IDENT = 0x4C69_6278_6C46_6D74L;
    static final int LIBXL_VERSION = 2;
    static final long IMAGE_MARKER = -1L;
    static final int IMAGE_ID = 0x5845_4E46;
    static final int IMAGE_VERSION = 3;
    static final int PAGE_SHIFT = 12;

    private static final int RECORD_HEADER_BYTES = 8;
    private static final int OPTIONAL_BIT = 0x8000_0000;

    private final StreamRules rules;
    private final ByteBufAllocator allocator;
    private final StreamGrammar grammar;
    private final BodyChecks checks;
    private final ByteBuf head = Unpooled.buffer(24, 24);
    private final ByteBuffer pageHead =
            ByteBuffer.allocate(8 + 8 * PageEntry.ENTRIES_MAX).order(ByteOrder.LITTLE_ENDIAN);

    private @Nullable RecordType type;
    private @Nullable ByteBuf body;
    private int bodyBytes;
    /** Of a PAGE_DATA record, what of the pages is still to come. */
    private int pageBytesLeft;

    private long recordOffset;
    private long offset;
    private @Nullable StreamFormatException refused;

    /** Makes a decoder at the first byte of a stream; close it to give up what it holds. */
    public StreamDecoder(StreamRules rules, ByteBufAllocator allocator) {
        this.rules = rules;
        this.allocator = allocator;
        this.grammar = new StreamGrammar(rules.kind());
        this.checks = new BodyChecks(rules);
    }

    /**
     * Takes all readable bytes of {@code in} and hands each record that became complete to {@code out}, in order.
     *
     * @param in on return nothing is readable, or when it throws, the rest after the refused bytes; the caller releases its own reference, pages
     *     keep others until they are released
     * @param out becomes the owner of each record
     * @throws StreamFormatException a rule is broken, or bytes follow the end; the decoder holds nothing any more and throws the same again
     */
    public void decode(ByteBuf in, Consumer<? super StreamRecord> out) throws StreamFormatException {
        if (refused != null) {
            throw refused;
        }
        try {
            while (in.isReadable()) {
                if (grammar.isComplete()) {
                    throw new StreamFormatException(offset, "bytes follow the END record");
                }
                StreamRecord complete = next(in);
                if (complete != null) {
                    out.accept(complete);
                }
            }
        } catch (StreamFormatException e) {
            refused = e;
            close();
            throw e;
        }
    }

    /** Tells whether the END record of the outer stream was handed out. */
    public boolean isComplete() {
        return grammar.isComplete();
    }

    /** Returns how many bytes were taken so far. */
    public long offsetBytes() {
        return offset;
    }

    /** Returns how many bytes of an incomplete record are held (allocated), 0 to {@link #BUFFERED_BYTES_MAX}. */
    public int bufferedBytes() {
        return head.readableBytes() + pageHead.position() + (body == null ? 0 : body.capacity());
    }

    /** Gives up the incomplete record, if any; may be called more than once. */
    @Override
    public void close() {
        pageHead.clear();
        if (body != null) {
            body.release();
            body = null;
        }
    }

    private @Nullable StreamRecord next(ByteBuf in) throws StreamFormatException {
        if (pageBytesLeft > 0) {
            int bytes = Math.min(pageBytesLeft, in.readableBytes());
            pageBytesLeft -= bytes;
            offset += bytes;
            return new StreamRecord.PageBytes(in.readRetainedSlice(bytes));
        }
        if (type == RecordType.PAGE_DATA) {
            return readPageHead(in);
        }
        return body == null ? readHead(in) : readBody(in, body);
    }

    private @Nullable StreamRecord readHead(ByteBuf in) throws StreamFormatException {
        RecordType header = grammar.nextHeader();
        int needed = header == null ? RECORD_HEADER_BYTES : header.bodyBytesMin();
        if (!head.isReadable()) {
            recordOffset = offset;
        }
        take(in, head, needed - head.readableBytes());
        if (head.readableBytes() < needed) {
            return null;
        }
        StreamRecord complete = header == null ? startRecord() : header(header);
        head.clear();
        return complete;
    }

    private StreamRecord header(RecordType header) throws StreamFormatException {
        StreamRecord parsed =
                switch (header) {
                    case LIBXL_HEADER -> libxlHeader();
                    case IMAGE_HEADER -> imageHeader();
                    default -> domainHeader();
                };
        grammar.take(header, recordOffset);
        return parsed;
    }

    private StreamRecord libxlHeader() throws StreamFormatException {
        require(head.getLong(0) == LIBXL_IDENT, "it does not start with \"LibxlFmt\"");
        require(head.getInt(8) == LIBXL_VERSION, "libxl stream version " + head.getUnsignedInt(8) + " instead of 2");
        require(head.getInt(12) == 0, "libxl stream options are not zero (big-endian, legacy or unknown)");
        return new StreamRecord.LibxlHeader();
    }

    private StreamRecord imageHeader() throws StreamFormatException {
        require(head.getLong(0) == IMAGE_MARKER && head.getInt(8) == IMAGE_ID, "the image header is not that of libxc");
        require(head.getInt(12) == IMAGE_VERSION, "libxc stream version " + head.getUnsignedInt(12) + " instead of 3");
        require(head.getLong(16) == 0, "image options or reserved fields are not zero");
        return new StreamRecord.ImageHeader();
    }

    private StreamRecord domainHeader() throws StreamFormatException {
        boolean pv = rules.kind() == DomainKind.PV;
        long major = head.getUnsignedIntLE(8);
        long minor = head.getUnsignedIntLE(12);
        require(head.getIntLE(0) == (pv ? 1 : 2), "domain type " + head.getUnsignedIntLE(0) + " for " + rules.kind());
        require(head.getShortLE(4) == PAGE_SHIFT, "page shift " + head.getUnsignedShortLE(4) + " instead of 12");
        require(head.getShortLE(6) == 0, "the domain header has a reserved field set");
        require(major >= 1 && major <= 0xFFFF && minor <= 0xFFFF, "Xen version " + major + "." + minor);
        return new StreamRecord.DomainHeader(pv, (int) major, (int) minor);
    }

    private @Nullable StreamRecord startRecord() throws StreamFormatException {
        int code = head.getIntLE(0);
        long length = head.getUnsignedIntLE(4);
        RecordType.Layer layer = grammar.layer();
        require((code & OPTIONAL_BIT) == 0, "optional " + layer + " record 0x" + Integer.toHexString(code));
        RecordType found = RecordType.of(layer, code);
        if (found == null) {
            throw new StreamFormatException(recordOffset, layer + " record type " + code + " may not pass");
        }
        require(
                length >= found.bodyBytesMin() && length <= found.bodyBytesMax(),
                found + " of " + length + " bytes, allowed are " + found.bodyBytesMin() + " to "
                        + found.bodyBytesMax());
        grammar.take(found, recordOffset);
        if (length == 0) {
            return new StreamRecord.Opaque(found, Unpooled.EMPTY_BUFFER);
        }
        type = found;
        bodyBytes = (int) length;
        if (found == RecordType.PAGE_DATA) {
            return null;
        }
        int padded = padded(bodyBytes);
        body = allocator.directBuffer(padded, padded);
        return null;
    }

    private @Nullable StreamRecord readBody(ByteBuf in, ByteBuf into) throws StreamFormatException {
        take(in, into, into.writableBytes());
        if (into.isWritable() || type == null) {
            return null;
        }
        for (int i = bodyBytes; i < into.writerIndex(); i++) {
            require(into.getByte(i) == 0, type + " has padding that is not zero");
        }
        into.writerIndex(bodyBytes);
        checks.check(type, into, recordOffset);
        body = null;
        StreamRecord complete = new StreamRecord.Opaque(type, into);
        type = null;
        return complete;
    }

    /** Reads count and entries; all that can be wrong with the record is known then, before the first byte of a page. */
    private @Nullable StreamRecord readPageHead(ByteBuf in) throws StreamFormatException {
        if (pageHead.position() < 8) {
            take(in, pageHead, 8);
            if (pageHead.position() < 8) {
                return null;
            }
            checks.pageHead(pageHead.getInt(0), pageHead.getInt(4), bodyBytes, recordOffset);
        }
        int count = pageHead.getInt(0);
        take(in, pageHead, 8 + 8 * count);
        if (pageHead.position() < 8 + 8 * count) {
            return null;
        }
        long[] entries = new long[count];
        pageHead.position(8).asLongBuffer().get(entries);
        pageHead.clear();
        checks.entries(entries, bodyBytes, recordOffset);
        pageBytesLeft = bodyBytes - 8 - 8 * count;
        type = null;
        return new StreamRecord.PageData(entries, pageBytesLeft);
    }

    private void take(ByteBuf in, ByteBuffer into, int end) {
        int bytes = Math.min(end - into.position(), in.readableBytes());
        in.readBytes(into.limit(into.position() + bytes));
        into.limit(into.capacity());
        offset += bytes;
    }

    private void take(ByteBuf in, ByteBuf into, int wanted) {
        int bytes = Math.min(wanted, in.readableBytes());
        into.writeBytes(in, bytes);
        offset += bytes;
    }

    private void require(boolean holds, String otherwise) throws StreamFormatException {
        BodyChecks.require(holds, recordOffset, otherwise);
    }

    static int padded(int bytes) {
        return (bytes + 7) & ~7;
    }
}
