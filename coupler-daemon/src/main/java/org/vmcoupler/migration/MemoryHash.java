/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.hypervisor.Domid;

/** Hashes the memory of the domains of one migration on one host, each by a run of a separate program. Any thread. */
final class MemoryHash implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryHash.class);
    private static final Duration KILLED = Duration.ofSeconds(5);
    private static final int WORDS_LIMIT = 500;

    private final MemoryHashing how;
    private final UUID migrationId;
    private final List<String> options;
    private @Nullable Process running;
    private boolean closed;

    /** Takes what the program gets behind domid and file. */
    MemoryHash(MemoryHashing how, UUID migrationId, List<String> options) {
        this.how = how;
        this.migrationId = migrationId;
        this.options = List.copyOf(options);
    }

    /**
     * Hashes all memory of a domain that nobody runs or writes to. Blocks until the list is written.
     *
     * @throws Refusal it failed, took too long, or {@link #close} was called; the program has ended, its list is worth nothing
     */
    void list(Member member, Domid domid) {
        Path out = how.folder().resolve(migrationId + "-" + member.word() + ".txt");
        List<String> command =
                new ArrayList<>(List.of(how.program().toString(), Integer.toString(domid.value()), out.toString()));
        command.addAll(options);
        try {
            Process process = start(command);
            if (!process.waitFor(how.deadline().toMillis(), TimeUnit.MILLISECONDS)) {
                kill(process);
                throw failed(member, "it took longer than " + how.deadline().toSeconds() + " s");
            }
            if (process.exitValue() != 0) {
                throw failed(member, "exit code " + process.exitValue() + " " + words(process));
            }
        } catch (IOException e) {
            throw failed(member, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw failed(member, "the daemon is ending");
        }
        LOG.info("migration {}: memory of {} (domid {}) is hashed", migrationId, member.word(), domid);
    }

    /** Ends the program and starts no other. */
    @Override
    public synchronized void close() {
        closed = true;
        if (running != null) {
            running.destroyForcibly();
        }
    }

    synchronized boolean isClosed() {
        return closed;
    }

    private synchronized Process start(List<String> command) throws IOException {
        if (closed) {
            throw new IOException("the migration has ended");
        }
        Files.createDirectories(how.folder());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        running = process;
        return process;
    }

    private static void kill(Process process) throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(KILLED.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static String words(Process process) throws IOException {
        byte[] said = process.getInputStream().readNBytes(WORDS_LIMIT);
        return new String(said, StandardCharsets.UTF_8).strip();
    }

    private static Refusal failed(Member member, String why) {
        return new Refusal(
                ErrorCode.ROLLED_BACK, "The memory of the " + member.word() + " could not be hashed: " + why + ".");
    }
}
