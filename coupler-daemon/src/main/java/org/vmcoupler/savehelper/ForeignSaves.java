/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.savehelper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Saves and migrations of domains that this daemon has not begun: {@code xl save}, {@code xl migrate}, libvirt's. They ask nobody, and show in the
 * table of processes only. Any thread; blocks for the reading of /proc.
 *
 * <p>Source: Xen tools/libs/light/libxl_save_callout.c, run_helper (the arguments of a helper), and tools/xl/xl_cmdtable.c, cmdtable_lookup (xl's
 * commands may be shortened).
 */
public final class ForeignSaves {

    private static final Path PROC = Path.of("/proc");
    private static final String HELPER = "libxl-save-helper";
    private static final int DOMID_AT = 4;
    private static final Set<String> SHELLS = Set.of("sh", "bash", "dash");

    /** What the kernel keeps of a program's name. Source: proc(5), /proc/pid/comm. */
    private static final int COMM_CHARS = 15;

    /** What was no such process at two scans is looked at again after so many: a shell may become one. */
    private static final int SCANS_OF_ALL = 16;

    private final long own;
    private final Map<Long, Integer> others = new HashMap<>();
    private volatile List<Save> found = List.of();
    private int scans;

    /**
     * A process that saves a domain, or leads such a save.
     *
     * @param process the very process: its number may be another one's by now
     * @param helper a save helper, which names its domain by number; else an {@code xl}, which may name it either way and outlives its helper: what
     *     it does then with the domain, or lets another host do with the copy, is not known
     * @param words a helper's domain by its number; all that an xl was told behind its command, its domain among it
     */
    public record Save(HelperProcess process, boolean helper, List<String> words) {

        /** Copies the list. */
        public Save {
            words = List.copyOf(words);
        }

        /** Returns what to call it. */
        public String text() {
            return (helper ? HELPER : "xl") + " (process " + process.pid() + ")";
        }
    }

    /** Looks for processes that are no children of this one. */
    public ForeignSaves() {
        this(ProcessHandle.current().pid());
    }

    ForeignSaves(long own) {
        this.own = own;
    }

    /** Looks at the processes that were not there, or not looked at twice, before. Cheap enough to be called each second. */
    public synchronized void scan() {
        scans++;
        if (scans % SCANS_OF_ALL == 0) {
            others.clear();
        }
        look();
    }

    /** Looks at all processes. */
    public synchronized void scanAll() {
        others.clear();
        look();
    }

    /** Returns the helpers that the last scan saw at work on a domain. Does not block. */
    public List<Save> helpers(int domid) {
        return found.stream()
                .filter(save -> save.helper() && save.words().contains(Integer.toString(domid)))
                .toList();
    }

    /** Returns what the last scan saw that names a domain. Does not block. */
    public List<Save> of(int domid, String name) {
        return found.stream()
                .filter(save -> save.words().contains(Integer.toString(domid))
                        || (!save.helper() && save.words().contains(name)))
                .toList();
    }

    /**
     * Ends a helper, if it still is the process that a scan saw, and the same program: the stream that it writes stays incomplete, so nobody can make a
     * domain of it. Returns at once.
     */
    public static void end(Save save) {
        if (save.helper()) {
            saveOf(save.process().pid()).filter(save::equals).ifPresent(same -> same.process()
                    .kill());
        }
    }

    private void look() {
        List<Save> saves = new ArrayList<>();
        Map<Long, Integer> seen = new HashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                int times = others.getOrDefault(pid, 0);
                Optional<Save> save = times >= 2 ? Optional.empty() : read(process, pid);
                save.ifPresentOrElse(saves::add, () -> seen.put(pid, times + 1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The processes of this host cannot be listed.", e);
        }
        others.clear();
        others.putAll(seen);
        found = List.copyOf(saves);
    }

    private Optional<Save> read(Path process, long pid) {
        return saveOf(pid).filter(save -> isStranger(process, pid));
    }

    /** Looks whether a process saves a domain. One that began before its command line was read and is there afterwards is the one that it is of. */
    private static Optional<Save> saveOf(long pid) {
        return HelperProcess.of(pid).flatMap(process -> {
            try {
                if (!mayLead(
                        Files.readString(PROC.resolve(Long.toString(pid)).resolve("comm"), StandardCharsets.ISO_8859_1)
                                .strip())) {
                    return Optional.empty();
                }
                String line = Files.readString(
                        PROC.resolve(Long.toString(pid)).resolve("cmdline"), StandardCharsets.ISO_8859_1);
                return parse(process, List.of(line.split("\0", -1))).filter(save -> process.isAlive());
            } catch (IOException gone) {
                return Optional.empty();
            }
        });
    }

    /** Asked first: the command line of a process that hangs in a page fault, such as a device model on a dead disk, cannot be read. */
    private static boolean mayLead(String comm) {
        return comm.equals("xl") || comm.equals(HELPER.substring(0, COMM_CHARS)) || SHELLS.contains(comm);
    }

    /** What another user than ours runs, whatever it calls itself, can save no domain. */
    private boolean isStranger(Path process, long pid) {
        try {
            Object uid = Files.getAttribute(process, "unix:uid");
            return uid.equals(Files.getAttribute(PROC.resolve("self"), "unix:uid"))
                    && ProcessTable.LINUX
                            .stat(pid)
                            .filter(stat -> stat.parent() != own && !stat.ended())
                            .isPresent();
        } catch (IOException gone) {
            return false;
        }
    }

    /** Reads a command line: a shell stands before a program that is a script. */
    static Optional<Save> parse(HelperProcess process, List<String> line) {
        for (int first = 0; first < Math.min(2, line.size()); first++) {
            List<String> words = line.subList(first, line.size());
            String program = program(words);
            if (first == 1 && !SHELLS.contains(program(line))) {
                return Optional.empty();
            }
            if (program.equals(HELPER)) {
                return words.size() > DOMID_AT && words.get(1).equals("--save-domain")
                        ? Optional.of(new Save(process, true, List.of(words.get(DOMID_AT))))
                        : Optional.empty();
            }
            if (program.equals("xl")) {
                return leads(process, words.subList(1, words.size()));
            }
        }
        return Optional.empty();
    }

    private static String program(List<String> words) {
        return words.get(0).substring(words.get(0).lastIndexOf('/') + 1);
    }

    private static Optional<Save> leads(HelperProcess process, List<String> words) {
        int command = 0;
        while (command < words.size() && words.get(command).startsWith("-")) {
            command++;
        }
        String name = command < words.size() ? words.get(command) : "";
        boolean saves = (name.length() > 1 && "save".startsWith(name))
                || (name.length() > 2 && ("migrate".startsWith(name) || "remus".startsWith(name)));
        if (!saves) {
            return Optional.empty();
        }
        // Which of them names the domain depends on the options; a host of that name makes us wait once too often.
        return Optional.of(new Save(process, false, words.subList(command + 1, words.size())));
    }
}
