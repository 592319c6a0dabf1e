/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.migration.DeadJournal;

/** A journal that cannot be written ends the whole process, on whatever thread that happens. */
class JournalDeathTest {

    @Test
    void aFailedFsyncOnAnyThreadEndsTheProcess(@TempDir Path folder) throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        folder.resolve("journal").toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertTrue(process.waitFor(25, TimeUnit.SECONDS));
            assertEquals(74, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }

    /** The process that ends: its own thread would end it well. */
    static final class Child {

        private Child() {}

        public static void main(String[] args) throws Exception {
            Deque<FaultyStorage> disks = new ArrayDeque<>();
            Storage.Opener opener = (path, create) -> {
                FaultyStorage disk = new FaultyStorage(Storage.onDisk(path, create));
                disks.add(disk);
                return disk;
            };
            Journal journal = JournalFiles.open(Path.of(args[0]), opener, Long.MAX_VALUE);
            journal.onDeath(DeadJournal::halt);
            journal.append(Samples.begin(Role.SOURCE));
            disks.getLast().forcesLeft.set(0);
            Thread worker = new Thread(() -> journal.append(new JournalRecord.Yield(Samples.ATTEMPT, "")));
            worker.start();
            worker.join();
        }
    }
}
