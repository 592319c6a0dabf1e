/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Looks through the maps of every process for foreign memory. A guard that is saved while one is left is damaged without an error, so what
 * cannot be looked at counts as found.
 *
 * <p>Source: Xen tools/libs/guest/xg_sr_save_x86_pv.c, normalise_pagetable (a foreign frame defers its page table for ever).
 */
final class ForeignMappings {

    private static final long NO_PROCESS = -1;

    private final Path proc;

    /** Looks below {@code proc}, which is /proc but in tests. */
    ForeignMappings(Path proc) {
        this.proc = proc;
    }

    /**
     * Names a process that maps foreign memory.
     *
     * @param pid its process id
     * @param comm its name
     * @param what the line of its maps, or why they could not be read
     */
    record Holder(int pid, String comm, String what) {}

    /** Returns the first process found, or empty. Blocks for as long as reading all maps takes. */
    Optional<Holder> find() throws IOException {
        return findBeside(NO_PROCESS);
    }

    /** Returns the first process found but {@code pid}, or empty. Blocks as {@link #find()} does. */
    Optional<Holder> findBeside(long pid) throws IOException {
        String left = Long.toString(pid);
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, ForeignMappings::isProcess)) {
            for (Path process : processes) {
                if (process.getFileName().toString().equals(left)) {
                    continue;
                }
                Optional<Holder> holder = look(process);
                if (holder.isPresent()) {
                    return holder;
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isProcess(Path entry) {
        return entry.getFileName().toString().matches("[0-9]{1,9}");
    }

    private static Optional<Holder> look(Path process) {
        try (Stream<String> lines = Files.lines(process.resolve("maps"), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.contains("privcmd") || line.contains("gntdev"))
                    .findFirst()
                    .map(line -> holder(process, line));
        } catch (NoSuchFileException e) {
            return Optional.empty(); // ended, or no process
        } catch (IOException | UncheckedIOException e) {
            // A process that ends while its maps are read gives ESRCH: gone is gone.
            return Files.exists(process)
                    ? Optional.of(holder(process, "its maps cannot be read: " + e))
                    : Optional.empty();
        }
    }

    private static Holder holder(Path process, String what) {
        String comm = "?";
        try {
            comm = Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1)
                    .trim();
        } catch (IOException e) {
            what += " (name unknown: " + e.getMessage() + ")";
        }
        return new Holder(Integer.parseInt(process.getFileName().toString()), comm, what);
    }
}
