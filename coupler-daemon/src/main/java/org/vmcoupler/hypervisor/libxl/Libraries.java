/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The native libraries, all of one Xen version.
 *
 * @param version as {@code 4.17}: libxenlight and libxenctrl have no stable ABI and carry it in their soname
 * @param xlSymbols libxenlight again, for the functions that {@link LibxlStruct} finds by name
 */
record Libraries(
        String version,
        Libxl xl,
        NativeLibrary xlSymbols,
        XenCtrl ctrl,
        XenForeignMemory foreignMemory,
        XenToolLog log) {

    /** Versions whose ABI the mirrors describe: Debian 12 and Debian 13. */
    static final List<String> VERSIONS = List.of("4.17", "4.20");

    /** The C library, which is there without Xen. */
    static final LibC C = Native.load("c", LibC.class);

    private static final Path RUNNING = Path.of("/sys/hypervisor/version");

    /**
     * Loads the libraries of the first of {@code versions} that is installed.
     *
     * @throws LibxlMissingException none is
     */
    static Libraries load(List<String> versions) {
        StringBuilder reasons = new StringBuilder();
        for (String version : versions) {
            try {
                return new Libraries(
                        version,
                        mirror("libxenlight.so." + version, Libxl.class),
                        NativeLibrary.getInstance("libxenlight.so." + version),
                        mirror("libxenctrl.so." + version, XenCtrl.class),
                        mirror("libxenforeignmemory.so.1", XenForeignMemory.class),
                        mirror("libxentoollog.so.1", XenToolLog.class));
            } catch (UnsatisfiedLinkError e) {
                String words = String.valueOf(e.getMessage());
                reasons.append("; ").append(words.lines().findFirst().orElse(words));
            }
        }
        throw new LibxlMissingException("this host has no Xen tool stack of version "
                + String.join(" or ", versions)
                + ": install it (Debian: xen-system-amd64) and boot on Xen"
                + reasons);
    }

    /** Returns the versions to try: the running hypervisor's alone if it is one of ours, since a tool stack serves only its own. */
    static List<String> candidates() {
        try {
            String running = Files.readString(RUNNING.resolve("major")).strip()
                    + "."
                    + Files.readString(RUNNING.resolve("minor")).strip();
            return VERSIONS.contains(running) ? List.of(running) : VERSIONS;
        } catch (IOException e) {
            return VERSIONS;
        }
    }

    private static <T extends Library> T mirror(String soname, Class<T> mirror) {
        return Native.load(soname, mirror);
    }
}
