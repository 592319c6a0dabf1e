/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Crashes at every byte, and rot at every bit. */
class JournalTailTest {

    private static final Path NAME = Path.of("journal");

    private Path folder;
    private final List<JournalState> states = new ArrayList<>();
    private final List<Integer> ends = new ArrayList<>();
    private byte[] whole = {};

    @BeforeEach
    void write(@TempDir Path temporary) throws IOException {
        folder = temporary;
        Path file = folder.resolve("journal");
        List<JournalRecord> entries = new ArrayList<>(Samples.source());
        // A record of several sectors and blocks, so that a tear can lose a middle sector.
        entries.add(new JournalRecord.Keep(Samples.ATTEMPT, "r".repeat(5_000), true));
        states.add(JournalState.empty());
        ends.add(Frame.BLOCK);
        int sequence = 1;
        try (Journal journal = Journal.open(file)) {
            for (JournalRecord entry : entries) {
                journal.append(entry);
                states.add(journal.state());
                ends.add(ends.get(ends.size() - 1)
                        + Frame.encode(entry, sequence++).limit());
            }
        }
        whole = Arrays.copyOf(Files.readAllBytes(file), ends.get(ends.size() - 1) + Frame.BLOCK);
    }

    @Test
    void truncatedAtEachLengthItReplaysToAPrefix() throws IOException {
        for (int length = Frame.BLOCK; length <= whole.length; length += length < last() ? 7 : 4_001) {
            Replay replay = replay(Arrays.copyOf(whole, length));
            assertEquals(states.get(completeAt(length)), replay.state(), "length " + length);
        }
    }

    @Test
    void aTailOfZerosFromEachByteReplaysToAPrefix() throws IOException {
        for (int from : recordBytes()) {
            byte[] bytes = whole.clone();
            Arrays.fill(bytes, from, bytes.length, (byte) 0);
            Replay replay = replay(bytes);
            assertEquals(states.get(completeAt(from)), replay.state(), "zero from " + from);
        }
    }

    @Test
    void aSectorThatTheCrashKeptFromTheDiskIsATornRecord() throws IOException {
        int start = ends.get(states.size() - 2);
        for (int sector = start; sector < start + 5_000; sector += Frame.SECTOR) {
            byte[] bytes = whole.clone();
            Arrays.fill(bytes, sector, sector + Frame.SECTOR, (byte) 0);
            Replay replay = replay(bytes);
            assertTrue(replay.torn());
            assertEquals(states.get(states.size() - 2), replay.state());
        }
    }

    @Test
    void aLostSectorOfAnOlderRecordIsDamage() {
        for (int i = 0; i < states.size() - 2; i++) {
            byte[] bytes = whole.clone();
            Arrays.fill(bytes, ends.get(i), ends.get(i) + Frame.SECTOR, (byte) 0);
            assertThrows(JournalDamagedException.class, () -> replay(bytes), "record " + i);
        }
    }

    @Test
    void everyFlippedBitIsDamageTheLastRecordIncluded() {
        List<Integer> offsets = recordBytes();
        for (int at = 0; at < 28; at++) {
            offsets.add(at);
        }
        for (int at : offsets) {
            byte[] bytes = whole.clone();
            bytes[at] ^= (byte) (1 << at % 8);
            assertThrows(JournalDamagedException.class, () -> replay(bytes), "bit in byte " + at);
        }
    }

    @Test
    void bytesBehindTheLastRecordAreDamage() {
        byte[] bytes = whole.clone();
        bytes[last() + 300] = 7;
        assertThrows(JournalDamagedException.class, () -> replay(bytes));
    }

    @Test
    void aCutJournalWorksOn() throws IOException {
        Path file = folder.resolve("torn");
        Files.write(file, Arrays.copyOf(whole, last() - 100));
        try (Journal journal = Journal.open(file)) {
            assertEquals(states.get(states.size() - 2), journal.state());
            journal.append(new JournalRecord.Unpair(Samples.PAIR));
        }
        try (Journal journal = Journal.open(file)) {
            assertTrue(journal.state().pairs().isEmpty());
            assertTrue(journal.state().open().containsKey(Samples.ATTEMPT));
        }
    }

    @Test
    void aRecordThatContradictsTheOnesBeforeIsDamage() {
        byte[] bytes = Arrays.copyOf(whole, last() + 2 * Frame.BLOCK);
        ByteBuffer extra = Frame.encode(new JournalRecord.Closed(new UUID(9, 9)), states.size());
        extra.get(bytes, ends.get(ends.size() - 1), Frame.BLOCK);
        assertThrows(JournalDamagedException.class, () -> replay(bytes));
    }

    /** Offset behind the last byte of the last record, its padding not counted. */
    private int last() {
        int start = ends.get(ends.size() - 2);
        return start + Frame.HEADER + ByteBuffer.wrap(whole).getInt(start) + Frame.TRAILER;
    }

    private int completeAt(int length) {
        int complete = 0;
        for (int i = 0; i < ends.size() - 1; i++) {
            int bodyBytes = ByteBuffer.wrap(whole).getInt(ends.get(i));
            if (ends.get(i) + Frame.HEADER + bodyBytes + Frame.TRAILER <= length) {
                complete = i + 1;
            }
        }
        return complete;
    }

    /** Offsets of all bytes of all records, padding left out; of a long body every 13th. */
    private List<Integer> recordBytes() {
        List<Integer> offsets = new ArrayList<>();
        for (int i = 0; i < ends.size() - 1; i++) {
            int bodyBytes = ByteBuffer.wrap(whole).getInt(ends.get(i));
            for (int at = ends.get(i);
                    at < ends.get(i) + Frame.HEADER + bodyBytes + Frame.TRAILER;
                    at += bodyBytes > 1_000 ? 13 : 1) {
                offsets.add(at);
            }
        }
        return offsets;
    }

    private static Replay replay(byte[] bytes) throws IOException {
        return Replay.of(NAME, new ReadOnlyStorage(bytes));
    }

    /** A file's bytes in memory. */
    private static final class ReadOnlyStorage implements Storage {

        private final byte[] bytes;

        ReadOnlyStorage(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public ByteBuffer read(long position, int count) {
            return ByteBuffer.wrap(bytes, (int) position, count).slice();
        }

        @Override
        public void write(long position, ByteBuffer data) throws IOException {
            throw new IOException("replay must not write");
        }

        @Override
        public void force() throws IOException {
            throw new IOException("replay must not write");
        }

        @Override
        public void close() {}
    }
}
