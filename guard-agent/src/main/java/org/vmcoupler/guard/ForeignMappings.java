/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Looks through the maps of every process for foreign memory. A guard that is saved while one is left is damaged without an error, so what
 * cannot be looked at counts as found.
 *
 * <p>Source: Xen tools/libs/guest/xg_sr_save_x86_pv.c, normalise_pagetable (a foreign frame defers its page table for ever); Linux kernel/exit.c,
 * exit_mm (a thread that ends lets go of the memory, the first one too), fs/proc/base.c, tid_base_stuff (each thread has maps of its own).
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
        try {
            Maps maps = Maps.read(process.resolve("maps"));
            return maps.isEmpty() ? lookAtThreads(process) : maps.foreign().map(line -> holder(process, line));
        } catch (NoSuchFileException e) {
            return Optional.empty(); // ended, or no process
        } catch (IOException | UncheckedIOException e) {
            return unreadable(process, process, e);
        }
    }

    /**
     * Looks at the threads one by one. A process whose first thread has ended shows no maps, though the others go on with all of its memory; a kernel
     * thread shows none either and has no threads beside itself.
     */
    private static Optional<Holder> lookAtThreads(Path process) {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
            for (Path thread : threads) {
                Optional<Holder> holder = thread.getFileName().equals(process.getFileName())
                        ? Optional.empty()
                        : lookAtThread(process, thread);
                if (holder.isPresent()) {
                    return holder;
                }
            }
            return Optional.empty();
        } catch (IOException | DirectoryIteratorException e) {
            return unreadable(process, process, e);
        }
    }

    private static Optional<Holder> lookAtThread(Path process, Path thread) {
        try {
            return Maps.read(thread.resolve("maps")).foreign().map(line -> holder(process, line));
        } catch (IOException | UncheckedIOException e) {
            return unreadable(process, thread, e);
        }
    }

    /** What cannot be read counts as found, unless it has ended meanwhile: gone is gone. */
    private static Optional<Holder> unreadable(Path process, Path what, Exception why) {
        return Files.exists(what) ? Optional.of(holder(process, "its maps cannot be read: " + why)) : Optional.empty();
    }

    /** One maps file: whether it holds nothing at all, and the first line that tells of foreign memory. */
    private record Maps(boolean isEmpty, Optional<String> foreign) {

        static Maps read(Path file) throws IOException {
            try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
                Iterator<String> all = lines.iterator();
                boolean empty = !all.hasNext();
                while (all.hasNext()) {
                    String line = all.next();
                    if (line.contains("privcmd") || line.contains("gntdev")) {
                        return new Maps(false, Optional.of(line));
                    }
                }
                return new Maps(empty, Optional.empty());
            }
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
