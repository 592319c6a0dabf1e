/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vmcoupler.journal.Samples.ATTEMPT;
import static org.vmcoupler.journal.Samples.PAIR;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.control.Decision;

class JournalTest {

    private Path file;

    @BeforeEach
    void name(@TempDir Path folder) {
        file = folder.resolve("journal");
    }

    @Test
    void whatWasAppendedIsThereAfterAReopen() throws IOException {
        String id;
        try (Journal journal = Journal.open(file)) {
            id = journal.id();
            Samples.source().forEach(journal::append);
        }
        try (Journal journal = Journal.open(file)) {
            assertEquals(id, journal.id());
            assertEquals(Decision.YIELD, journal.decision(ATTEMPT, id));
            Attempt attempt = Objects.requireNonNull(journal.state().open().get(ATTEMPT));
            assertEquals(7, attempt.pair().targetDomid());
            assertEquals(4242, attempt.helpers().get(0).pid());
            assertTrue(journal.state().pairs().containsKey(PAIR));
        }
    }

    @Test
    void whatIsHeldIsThereAfterAReopen() throws IOException {
        try (Journal journal = Journal.open(file)) {
            journal.append(Samples.begin(Role.DESTINATION));
            journal.append(Samples.held());
        }
        try (Journal journal = Journal.open(file)) {
            Attempt attempt = Objects.requireNonNull(journal.state().open().get(ATTEMPT));
            assertEquals(Samples.held(), attempt.held().orElseThrow());
        }
    }

    @Test
    void answersUnknownToWhoeverAsksForAnotherJournalAndNoneForAnAttemptNeverSeen() throws IOException {
        try (Journal journal = Journal.open(file)) {
            Samples.source().forEach(journal::append);
            assertEquals(Decision.UNKNOWN, journal.decision(ATTEMPT, "another"));
            assertEquals(Decision.NONE, journal.decision(new UUID(5, 5), journal.id()));
        }
    }

    @Test
    void aRefusalOfAnAttemptThatNeverBeganKeepsItFromBeginning() throws IOException {
        try (Journal journal = Journal.open(file)) {
            journal.append(new JournalRecord.Refuse(ATTEMPT, "asked, never begun"));
            assertEquals(Decision.REFUSE, journal.decision(ATTEMPT, journal.id()));
            assertThrows(ContradictionException.class, () -> journal.append(Samples.begin(Role.DESTINATION)));
        }
    }

    @Test
    void everyNewFileHasAnIdOfItsOwn() throws IOException {
        String first;
        try (Journal journal = Journal.open(file)) {
            first = journal.id();
        }
        Files.delete(file);
        try (Journal journal = Journal.open(file)) {
            assertNotEquals(first, journal.id());
        }
    }

    @Test
    void twoDaemonsCannotHoldIt() throws IOException {
        try (Journal journal = Journal.open(file)) {
            assertThrows(JournalLockedException.class, () -> Journal.open(file));
            assertFalse(journal.dead());
        }
        Journal.open(file).close();
    }

    @Test
    void afterAFailedFsyncEveryCallSaysThatItIsDead() throws IOException {
        Disks disks = new Disks();
        try (Journal journal = faulty(disks)) {
            journal.append(Samples.begin(Role.SOURCE));
            disks.last().forcesLeft.set(0);
            JournalRecord yield = new JournalRecord.Yield(ATTEMPT, "");
            assertThrows(JournalDeadException.class, () -> journal.append(yield));
            disks.last().forcesLeft.set(Integer.MAX_VALUE);
            assertTrue(journal.dead());
            assertThrows(JournalDeadException.class, () -> journal.append(yield));
            assertThrows(JournalDeadException.class, () -> journal.decision(ATTEMPT, journal.id()));
            assertThrows(JournalDeadException.class, journal::state);
        }
    }

    @Test
    void aFailedFsyncIsHeardAtOnceAndACloseIsNone() throws IOException {
        List<JournalDeadException> deaths = new ArrayList<>();
        Disks disks = new Disks();
        try (Journal journal = faulty(disks)) {
            journal.onDeath(deaths::add);
            journal.append(Samples.begin(Role.SOURCE));
            disks.last().forcesLeft.set(0);
            JournalRecord yield = new JournalRecord.Yield(ATTEMPT, "");
            assertThrows(JournalDeadException.class, () -> journal.append(yield));
            assertEquals(1, deaths.size());
        }
        Journal closed = Journal.open(file);
        closed.onDeath(deaths::add);
        closed.close();
        assertThrows(JournalDeadException.class, closed::state);
        assertEquals(1, deaths.size());
    }

    @Test
    void aFullDiskRefusesABeginAndNothingElse() throws IOException {
        Disks disks = new Disks();
        try (Journal journal = faulty(disks)) {
            disks.last().writesLeft.set(3);
            assertThrows(JournalFullException.class, () -> journal.append(Samples.begin(Role.SOURCE)));
            assertEquals(Decision.NONE, journal.decision(ATTEMPT, journal.id()));
            disks.last().writesLeft.set(Integer.MAX_VALUE);
            journal.append(Samples.begin(Role.SOURCE));
        }
        try (Journal journal = Journal.open(file)) {
            assertTrue(journal.state().open().containsKey(ATTEMPT));
        }
    }

    @Test
    void theRecordsOfAnAttemptNeedNoNewSpace() throws IOException {
        try (Journal journal = Journal.open(file)) {
            journal.append(Samples.begin(Role.SOURCE));
            long size = Files.size(file);
            Samples.source().stream()
                    .filter(e -> e instanceof JournalRecord.OfAttempt && !(e instanceof JournalRecord.Begin))
                    .forEach(journal::append);
            journal.append(new JournalRecord.Keep(ATTEMPT, "refused there", true));
            journal.append(new JournalRecord.Closed(ATTEMPT));
            assertEquals(size, Files.size(file));
        }
    }

    @Test
    void compactionKeepsIdPairsAndDecisions() throws IOException {
        String id;
        try (Journal journal = Journal.open(file)) {
            id = journal.id();
            Samples.source().forEach(journal::append);
            journal.append(new JournalRecord.Closed(ATTEMPT));
        }
        long before = Files.size(file);
        try (Journal journal = JournalFiles.open(file, Storage::onDisk, 1)) {
            assertTrue(Files.size(file) < before);
            assertEquals(id, journal.id());
            assertEquals(Decision.YIELD, journal.decision(ATTEMPT, id));
            assertTrue(journal.state().pairs().containsKey(PAIR));
            journal.append(new JournalRecord.Unpair(PAIR));
        }
        try (Journal journal = Journal.open(file)) {
            assertTrue(journal.state().pairs().isEmpty());
        }
    }

    @Test
    void nothingIsCompactedWhileAnAttemptIsOpen() throws IOException {
        try (Journal journal = Journal.open(file)) {
            Samples.source().forEach(journal::append);
        }
        long before = Files.size(file);
        try (Journal journal = JournalFiles.open(file, Storage::onDisk, 1)) {
            assertEquals(before, Files.size(file));
            assertEquals(Decision.YIELD, journal.decision(ATTEMPT, journal.id()));
        }
    }

    private Journal faulty(Disks disks) throws IOException {
        return JournalFiles.open(file, disks, Long.MAX_VALUE);
    }

    /** Opens disks that can be told to fail. */
    private static final class Disks implements Storage.Opener {

        private final Deque<FaultyStorage> opened = new ArrayDeque<>();

        @Override
        public Storage open(Path path, boolean create) throws IOException {
            FaultyStorage disk = new FaultyStorage(Storage.onDisk(path, create));
            opened.add(disk);
            return disk;
        }

        FaultyStorage last() {
            return opened.getLast();
        }
    }
}
