/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.vmcoupler.json.StrictJson;

/** The bytes of records, as the package description draws them. Stateless. */
final class Frame {

    static final int BLOCK = 4_096;
    static final int SECTOR = 512;
    static final int HEADER = 16;
    static final int TRAILER = 5;
    static final int BODY_LIMIT = 262_144;
    static final byte END = (byte) 0xA5;

    private Frame() {}

    /** A whole record found in the file. */
    record Found(JournalRecord entry, int blocks) {}

    /**
     * Returns the record's bytes, padded with zeros to whole blocks.
     *
     * @throws IllegalArgumentException the body is over 262,144 bytes
     */
    static ByteBuffer encode(JournalRecord entry, int sequence) {
        byte[] body = body(entry);
        if (body.length > BODY_LIMIT) {
            throw new IllegalArgumentException("record of " + body.length + " bytes, limit " + BODY_LIMIT);
        }
        ByteBuffer out = ByteBuffer.allocate(blocks(body.length) * BLOCK);
        out.putInt(body.length).putShort((short) JournalKind.of(entry).code()).putShort((short) 0);
        out.putInt(sequence).putInt(crc(out, 0, 12));
        out.put(body).putInt(crc(out, 8, 12, HEADER, body.length)).put(END);
        return out.rewind();
    }

    /**
     * Returns the record at {@code at}, or empty if there is no whole one.
     *
     * @param file the whole file, big endian
     */
    static Optional<Found> decode(ByteBuffer file, int at, int sequence) {
        if (!headerFits(file, at, sequence)) {
            return Optional.empty();
        }
        int length = file.getInt(at);
        int trailer = at + HEADER + length;
        if (file.limit() - trailer < TRAILER
                || file.get(trailer + 4) != END
                || !zeros(file, trailer + TRAILER, Math.min(file.limit(), at + blocks(length) * BLOCK))
                || file.getInt(trailer) != crc(file.duplicate(), at + 8, at + 12, at + HEADER, length)) {
            return Optional.empty();
        }
        byte[] body = new byte[length];
        file.get(at + HEADER, body);
        return entry(file.getShort(at + 4), body).map(e -> new Found(e, blocks(length)));
    }

    /**
     * Tells whether what is at {@code at} can be left over from an append that a crash cut short: a piece of it is missing, and nothing follows.
     *
     * @param at start of a block that holds no whole record
     */
    static boolean torn(ByteBuffer file, int at, int sequence) {
        if (!headerFits(file, at, sequence)) {
            return tornHeader(file, at);
        }
        int end = at + HEADER + file.getInt(at) + TRAILER;
        if (end > file.limit()) {
            return true;
        }
        return zeros(file, end, file.limit()) && (file.get(end - 1) == 0 || sectorMissing(file, at, end));
    }

    static boolean zeros(ByteBuffer file, int from, int to) {
        for (int i = from; i < to; i++) {
            if (file.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    static int crc(ByteBuffer data, int from, int length) {
        return crc(data, from, from, from, length);
    }

    static int blocks(int bodyBytes) {
        return (HEADER + bodyBytes + TRAILER + BLOCK - 1) / BLOCK;
    }

    /**
     * A header lies in one sector and is written whole or not at all; or the file ends within it, or behind a prefix of it. A later header shows that
     * the record was once complete.
     */
    private static boolean tornHeader(ByteBuffer file, int at) {
        if (file.limit() - at < HEADER || zeros(file, at + HEADER - 1, file.limit())) {
            return true;
        }
        for (int later = at + BLOCK; later < file.limit(); later += BLOCK) {
            if (headerFits(file, later)) {
                return false;
            }
        }
        return zeros(file, at, Math.min(file.limit(), at + SECTOR))
                && zeros(file, at + blocks(BODY_LIMIT) * BLOCK, file.limit());
    }

    private static boolean headerFits(ByteBuffer file, int at, int sequence) {
        return headerFits(file, at) && file.getInt(at + 8) == sequence;
    }

    private static boolean headerFits(ByteBuffer file, int at) {
        if (file.limit() - at < HEADER) {
            return false;
        }
        int length = file.getInt(at);
        return length > 0
                && length <= BODY_LIMIT
                && file.getShort(at + 6) == 0
                && file.getInt(at + 12) == crc(file, at, 12);
    }

    private static boolean sectorMissing(ByteBuffer file, int at, int end) {
        for (int from = at; from + SECTOR <= end; from += SECTOR) {
            if (zeros(file, from, from + SECTOR)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<JournalRecord> entry(int code, byte[] body) {
        Optional<JournalKind> kind = JournalKind.of(code);
        if (kind.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(StrictJson.mapper().readValue(body, kind.get().type()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static byte[] body(JournalRecord entry) {
        try {
            return StrictJson.mapper().writeValueAsBytes(entry);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("record cannot be written as JSON: " + entry, e);
        }
    }

    /** CRC of the bytes from {@code from} up to {@code to}, then of {@code length} bytes at {@code then}. */
    private static int crc(ByteBuffer data, int from, int to, int then, int length) {
        CRC32C crc = new CRC32C();
        crc.update(data.duplicate().limit(to).position(from));
        crc.update(data.duplicate().limit(then + length).position(then));
        return (int) crc.getValue();
    }
}
