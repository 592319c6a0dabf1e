/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

import io.netty.buffer.ByteBuf;

/**
 * One header, record or part of a record of a stream, checked. Whoever holds it owns its buffers and calls {@link #release} once. One thread at a time.
 */
public sealed interface StreamRecord {

    /** Returns what it is. */
    RecordType type();

    /** Gives up the record's buffers; the record must not be used afterwards. */
    default void release() {}

    /** The header of the outer stream; nothing in it varies. */
    record LibxlHeader() implements StreamRecord {
        @Override
        public RecordType type() {
            return RecordType.LIBXL_HEADER;
        }
    }

    /** The image header of the inner stream; nothing in it varies. */
    record ImageHeader() implements StreamRecord {
        @Override
        public RecordType type() {
            return RecordType.IMAGE_HEADER;
        }
    }

    /**
     * The domain header.
     *
     * @param paravirtualised true for PV, false for HVM and PVH
     * @param xenMajor major version of the hypervisor that saved, 1 to 65,535
     * @param xenMinor minor version, 0 to 65,535
     */
    record DomainHeader(boolean paravirtualised, int xenMajor, int xenMinor) implements StreamRecord {
        @Override
        public RecordType type() {
            return RecordType.DOMAIN_HEADER;
        }
    }

    /** The head of a batch of pages; their bytes follow as {@link PageBytes}. */
    final class PageData implements StreamRecord {
        private final long[] entries;
        private final int pageBytes;

        PageData(long[] entries, int pageBytes) {
            this.entries = entries;
            this.pageBytes = pageBytes;
        }

        /** Returns the number of entries, 1 to 1,024. */
        public int entryCount() {
            return entries.length;
        }

        /** Returns entry {@code index}, 0 to the count less one; {@link PageEntry} reads it. */
        public long entry(int index) {
            return entries[index];
        }

        /** Returns how many bytes follow: 4,096 for each entry that has data. */
        public int pageBytes() {
            return pageBytes;
        }

        /** Returns all entries in one piece, to be read only. */
        long[] entries() {
            return entries;
        }

        @Override
        public RecordType type() {
            return RecordType.PAGE_DATA;
        }
    }

    /**
     * The next bytes of the pages of a batch, in the order of its entries, cut anywhere: as many as came in one piece, so that nothing is copied.
     *
     * @param bytes one readable byte at least; owned by the record
     */
    record PageBytes(ByteBuf bytes) implements StreamRecord {
        @Override
        public RecordType type() {
            return RecordType.PAGE_DATA;
        }

        @Override
        public void release() {
            bytes.release();
        }
    }

    /**
     * Any other record.
     *
     * @param type its type
     * @param body readable bytes are the body without padding; owned by the record
     */
    record Opaque(RecordType type, ByteBuf body) implements StreamRecord {
        @Override
        public void release() {
            body.release();
        }
    }
}
