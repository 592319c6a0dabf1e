/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.savehelper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What the kernel knows of processes. */
@FunctionalInterface
interface ProcessTable {

    /** The processes of this host. */
    ProcessTable LINUX = pid -> {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            return Optional.of(parse(line));
        } catch (IOException gone) {
            return Optional.empty();
        }
    };

    /** Returns the line of the process, or empty if there is none. */
    Optional<Stat> stat(long pid);

    /**
     * What matters of a process.
     *
     * @param parent pid of the parent
     * @param startTicks start time since boot in clock ticks
     * @param ended a zombie or dead: its parent has only not asked for it yet
     */
    record Stat(long parent, long startTicks, boolean ended) {}

    /** Reads a line of /proc/PID/stat. The second field may hold any character, so fields are counted behind the last bracket. */
    static Stat parse(String line) {
        String[] fields = line.substring(line.lastIndexOf(')') + 2).trim().split(" ", -1);
        boolean ended = fields[0].equals("Z") || fields[0].equals("X");
        return new Stat(Long.parseLong(fields[1]), Long.parseLong(fields[19]), ended);
    }
}
