/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.control.Decision;

/**
 * The durable journal of this daemon. Any thread; calls are serialised and block for the disk. Once a write or fsync has failed, every call throws
 * {@link JournalDeadException}.
 */
public final class Journal implements AutoCloseable {

    /** Space kept for the records of an open attempt, so that a full disk cannot stop a decision: 31 one-block records and a spare one. */
    private static final long ATTEMPT_RESERVE = 32L * Frame.BLOCK;

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    private final Storage storage;
    private final Closeable lock;
    private final UUID id;
    private volatile JournalState state;
    private long end;
    private long capacity;
    private int sequence;
    private volatile @Nullable IOException death;
    private Consumer<JournalDeadException> onDeath = e -> {};

    Journal(Storage storage, Closeable lock, Replay replay, long capacity) {
        this.storage = storage;
        this.lock = lock;
        this.id = replay.id();
        this.state = replay.state();
        this.end = replay.end();
        this.sequence = replay.sequence();
        this.capacity = capacity;
    }

    /**
     * Opens the journal of {@code file}, or makes one with a new random id if there is none; a torn last record is cut. Holds
     * {@code file.lock} until {@link #close}.
     *
     * @throws JournalLockedException another daemon holds it
     * @throws JournalDamagedException the file is damaged; it is left untouched
     * @throws IOException the file cannot be read or made
     */
    public static Journal open(Path file) throws IOException {
        return JournalFiles.open(file, Storage::onDisk, JournalFiles.COMPACT_FROM_BYTES);
    }

    /** Returns the random id given when the file was made, as a peer learns it at BEGIN. */
    public String id() {
        return id.toString();
    }

    /** Returns what all durable records together say. Does not wait for one that is being written, however long its disk takes. */
    public JournalState state() {
        checkAlive();
        return state;
    }

    /** Says what is to be done at once, on whatever thread, when a write or fsync has failed; a regular {@link #close} is no death. */
    public synchronized void onDeath(Consumer<JournalDeadException> handler) {
        onDeath = handler;
    }

    /** Tells whether a write or fsync has failed, so that the process must exit. Never throws. */
    public synchronized boolean dead() {
        return death != null;
    }

    /**
     * Returns what this journal says of an attempt.
     *
     * @param journalIdAsked the id of the journal that the asking peer learnt at BEGIN; UNKNOWN if that is not this one
     * @return NONE if this journal has no decision: the caller writes REFUSE (as destination) before it answers so
     */
    public synchronized Decision decision(UUID migrationId, String journalIdAsked) {
        checkAlive();
        return journalIdAsked.equals(id()) ? state.decision(migrationId) : Decision.UNKNOWN;
    }

    /**
     * Writes one record; it is durable on return.
     *
     * @throws ContradictionException it contradicts an earlier record; nothing was written
     * @throws JournalFullException there is no space for a new attempt, pair or helper; nothing was written
     * @throws JournalDeadException the disk failed, now or earlier; whether the record is on it is unknown
     */
    public synchronized void append(JournalRecord entry) {
        checkAlive();
        JournalState next = state.after(entry);
        ByteBuffer bytes = Frame.encode(entry, sequence);
        int length = bytes.remaining();
        reserve(length, reserveBehind(entry, next));
        try {
            storage.write(end, bytes);
            storage.force();
        } catch (IOException e) {
            throw die(e);
        }
        end += length;
        capacity = Math.max(capacity, end);
        sequence++;
        state = next;
        LOG.debug("journal: {}", entry);
    }

    /** Closes the file and gives the lock back. Nothing is lost: every record is already durable. */
    @Override
    public synchronized void close() throws IOException {
        if (death == null) {
            death = new IOException("closed");
        }
        try {
            storage.close();
        } finally {
            lock.close();
        }
    }

    /** Decisions live off what is reserved; whatever starts something leaves the reserve of all open attempts untouched. */
    private static long reserveBehind(JournalRecord entry, JournalState next) {
        return switch (JournalKind.of(entry)) {
            case BEGIN, HELPER, PAIR -> ATTEMPT_RESERVE * next.open().size();
            case DOMAIN, HELD, STOPPING, UNPAIR, KEEP, YIELD, TAKE, REFUSE, RUNNING, CLOSED, SETTLED -> 0;
        };
    }

    private void reserve(int length, long behind) {
        long needed = end + length + behind;
        if (needed <= capacity) {
            return;
        }
        long target = needed + ATTEMPT_RESERVE;
        try {
            for (long at = capacity; at < target; at += Frame.BLOCK) {
                storage.write(at, ByteBuffer.allocate(Frame.BLOCK));
            }
        } catch (IOException e) {
            // Zeros behind the last record change nothing; they are overwritten or read as empty space.
            throw new JournalFullException("There is no space for the journal: " + e.getMessage() + ".", e);
        }
        try {
            storage.force();
        } catch (IOException e) {
            throw die(e);
        }
        capacity = target;
    }

    private void checkAlive() {
        if (death != null) {
            throw new JournalDeadException(
                    "The journal is closed, or dead after a failed write; nothing more is done.", death);
        }
    }

    private JournalDeadException die(IOException cause) {
        death = cause;
        JournalDeadException dead =
                new JournalDeadException("The journal could not be written: " + cause.getMessage() + ".", cause);
        onDeath.accept(dead);
        return dead;
    }
}
