/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * What a journal's file says.
 *
 * @param end offset behind the last whole record, a multiple of 4,096
 * @param sequence number of the next record
 * @param torn something is behind {@code end} that is to be zeroed before the next append
 */
record Replay(UUID id, JournalState state, long end, int sequence, boolean torn) {

    static final int MAGIC = 0x564D434A;
    static final short VERSION = 1;
    private static final int FILE_LIMIT = 256 << 20;

    /** Returns the header block of a journal. */
    static ByteBuffer header(UUID id) {
        ByteBuffer out = ByteBuffer.allocate(Frame.BLOCK);
        out.putInt(MAGIC).putShort(VERSION).putShort((short) 0);
        out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        out.putInt(Frame.crc(out, 0, 24));
        return out.rewind();
    }

    /**
     * Reads the whole file.
     *
     * @throws JournalDamagedException the file is not what {@link Journal} wrote
     */
    static Replay of(Path path, Storage storage) throws IOException {
        long size = storage.size();
        if (size < Frame.BLOCK || size > FILE_LIMIT) {
            throw damaged(path, "has " + size + " bytes", 0);
        }
        ByteBuffer file = storage.read(0, (int) size);
        UUID id = id(path, file);
        JournalState state = JournalState.empty();
        int at = Frame.BLOCK;
        int sequence = 1;
        while (at < file.limit()) {
            Optional<Frame.Found> found = Frame.decode(file, at, sequence);
            if (found.isEmpty()) {
                break;
            }
            state = apply(path, state, found.get().entry(), at);
            at += found.get().blocks() * Frame.BLOCK;
            sequence++;
        }
        boolean clean = Frame.zeros(file, at, file.limit());
        if (!clean && !Frame.torn(file, at, sequence)) {
            throw damaged(path, "holds neither a record nor a torn one", at);
        }
        return new Replay(id, state, at, sequence, !clean);
    }

    private static UUID id(Path path, ByteBuffer file) {
        if (file.getInt(0) != MAGIC || file.getInt(24) != Frame.crc(file, 0, 24)) {
            throw damaged(path, "has no valid header", 0);
        }
        if (file.getShort(4) != VERSION) {
            throw damaged(path, "has version " + file.getShort(4) + ", this daemon reads " + VERSION, 4);
        }
        return new UUID(file.getLong(8), file.getLong(16));
    }

    private static JournalState apply(Path path, JournalState state, JournalRecord entry, int at) {
        try {
            return state.after(entry);
        } catch (ContradictionException e) {
            throw new JournalDamagedException("The journal " + path + " contradicts itself at byte " + at + ".", e);
        }
    }

    private static JournalDamagedException damaged(Path path, String what, int at) {
        return new JournalDamagedException("The journal " + path + " " + what + " (byte " + at + ").", null);
    }
}
