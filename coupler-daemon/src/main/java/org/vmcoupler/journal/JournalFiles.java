/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Making, opening and compacting the file of a journal. A file appears whole or not at all: written aside, synced, renamed, folder synced. */
final class JournalFiles {

    static final long COMPACT_FROM_BYTES = 4 << 20;
    private static final int VERDICTS_PER_RECORD = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(JournalFiles.class);

    private JournalFiles() {}

    static Journal open(Path file, Storage.Opener opener, long compactFromBytes) throws IOException {
        Path folder = folder(file);
        Files.createDirectories(folder);
        FileChannel lock = lock(file);
        try {
            if (!Files.exists(file)) {
                create(file, opener, randomId(), JournalState.empty());
                LOG.info("journal {} made", file);
            }
            return replay(file, opener, lock, compactFromBytes);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static Journal replay(Path file, Storage.Opener opener, FileChannel lock, long compactFromBytes)
            throws IOException {
        Storage storage = opener.open(file, false);
        try {
            Replay replay = Replay.of(file, storage);
            if (storage.size() >= compactFromBytes && replay.state().open().isEmpty()) {
                storage.close();
                create(file, opener, replay.id(), replay.state());
                LOG.info("journal {} compacted", file);
                storage = opener.open(file, false);
                replay = Replay.of(file, storage);
            }
            if (replay.torn()) {
                LOG.warn("journal {}: cut a torn record at byte {}", file, replay.end());
                cut(storage, replay.end());
            }
            return new Journal(storage, lock, replay, blockEnd(storage));
        } catch (IOException | RuntimeException e) {
            storage.close();
            throw e;
        }
    }

    /** Zeroes from the end backwards, so that a crash on the way leaves a prefix, which is still a torn record. */
    private static void cut(Storage storage, long end) throws IOException {
        long last = (storage.size() - 1) / Frame.BLOCK * Frame.BLOCK;
        for (long at = last; at >= end; at -= Frame.BLOCK) {
            storage.write(at, ByteBuffer.allocate(Frame.BLOCK));
            if (at == end + Frame.BLOCK) {
                storage.force();
            }
        }
        storage.force();
    }

    private static long blockEnd(Storage storage) throws IOException {
        return storage.size() / Frame.BLOCK * Frame.BLOCK;
    }

    private static void create(Path file, Storage.Opener opener, UUID id, JournalState state) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".new");
        try (Storage storage = opener.open(aside, true)) {
            storage.write(0, Replay.header(id));
            long at = Frame.BLOCK;
            int sequence = 1;
            for (JournalRecord entry : entries(state)) {
                ByteBuffer bytes = Frame.encode(entry, sequence++);
                int length = bytes.remaining();
                storage.write(at, bytes);
                at += length;
            }
            storage.force();
        }
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(folder(file), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private static List<JournalRecord> entries(JournalState state) {
        List<JournalRecord> entries = new ArrayList<>();
        List<JournalRecord.Verdict> verdicts = new ArrayList<>();
        state.settled().forEach((id, decision) -> verdicts.add(new JournalRecord.Verdict(id, decision)));
        for (int from = 0; from < verdicts.size(); from += VERDICTS_PER_RECORD) {
            int to = Math.min(verdicts.size(), from + VERDICTS_PER_RECORD);
            entries.add(new JournalRecord.Settled(verdicts.subList(from, to)));
        }
        entries.addAll(state.pairs().values());
        return entries;
    }

    /** The lock file is never removed or renamed, unlike the journal itself, so that all daemons lock the same one. */
    private static FileChannel lock(Path file) throws IOException {
        Path path = file.resolveSibling(file.getFileName() + ".lock");
        FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new JournalLockedException("This process already holds " + path + ".", e);
        }
        channel.close();
        throw new JournalLockedException("Another daemon holds " + path + ".", null);
    }

    private static UUID randomId() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        ByteBuffer data = ByteBuffer.wrap(bytes);
        return new UUID(data.getLong(), data.getLong());
    }

    private static Path folder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IllegalArgumentException("not a file: " + file);
        }
        return folder;
    }
}
