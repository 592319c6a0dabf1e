/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.time.Poll;

class HashGateTest {

    private static final UUID ID = new UUID(1, 2);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final List<String> events = new CopyOnWriteArrayList<>();

    private final Path folder;

    HashGateTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @AfterEach
    void stop() {
        workers.shutdownNow();
    }

    @Test
    void bothAreHashedBeforeEitherWordGoesOn() throws IOException {
        HashGate<String> gate = gate("echo \"$1 $3\" >\"$2\"", LONG);
        gate.hold(Member.GUARD, new Domid(4), "guard saved");
        assertFalse(Files.exists(list("guard")), "the other end is not there yet");
        gate.hold(Member.TARGET, new Domid(3), "target saved");
        await(2);
        assertEquals(List.of("target saved", "guard saved"), events);
        assertEquals("3 tables\n", Files.readString(list("target")));
        assertEquals("4 tables\n", Files.readString(list("guard")));
    }

    @Test
    void aHashThatFailsTakesThePlaceOfBothWords() throws IOException {
        hold(gate("echo no such domain >&2; exit 1", LONG));
        await(1);
        assertEquals(
                List.of("failed: The memory of the target could not be hashed: exit code 1 no such domain."), events);
    }

    @Test
    void aHashThatTakesTooLongFails() throws IOException {
        hold(gate("exec sleep 60", Duration.ofMillis(300)));
        await(1);
        assertTrue(events.get(0).contains("target could not be hashed: it took longer than"), events::toString);
    }

    @Test
    void aHashThatCannotStartFails() {
        MemoryHashing missing = new MemoryHashing(folder.resolve("none"), folder.resolve("verify"), LONG);
        hold(new HashGate<>(
                new MemoryHash(missing, ID, List.of()), workers, events::add, e -> "failed: " + e.getMessage()));
        await(1);
        assertTrue(
                events.get(0).startsWith("failed: The memory of the target could not be hashed: "), events::toString);
    }

    @Test
    void nothingIsSaidOnceTheMigrationHasEnded() throws Exception {
        HashGate<String> gate = gate("echo $$ >\"$2\"; exec sleep 60", LONG);
        hold(gate);
        assertTrue(Poll.until(this::started, LONG, PAUSE));
        long pid = Long.parseLong(Files.readString(list("target")).strip());
        gate.close();
        assertTrue(Poll.until(() -> ProcessHandle.of(pid).isEmpty(), LONG, PAUSE), "the program is ended");
        workers.shutdown();
        assertTrue(workers.awaitTermination(LONG.toSeconds(), java.util.concurrent.TimeUnit.SECONDS));
        assertEquals(List.of(), events);
        assertFalse(Files.exists(list("guard")));
    }

    private boolean started() {
        try {
            return Files.exists(list("target")) && Files.size(list("target")) > 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static void hold(HashGate<String> gate) {
        gate.hold(Member.TARGET, new Domid(3), "target saved");
        gate.hold(Member.GUARD, new Domid(4), "guard saved");
    }

    private HashGate<String> gate(String script, Duration deadline) throws IOException {
        Path program = Files.writeString(folder.resolve("hash"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        MemoryHashing how = new MemoryHashing(program, folder.resolve("verify"), deadline);
        return new HashGate<>(
                new MemoryHash(how, ID, List.of("tables")), workers, events::add, e -> "failed: " + e.getMessage());
    }

    private Path list(String member) {
        return folder.resolve("verify").resolve(ID + "-" + member + ".txt");
    }

    private void await(int count) {
        assertTrue(Poll.until(() -> events.size() >= count, LONG, PAUSE), events::toString);
    }
}
