/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.inventory.libvirt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether libvirt's Xen driver locks the disks of what it runs, as its configuration says. Source: libvirt src/libxl/libxl.conf, lock_manager:
 * {@code lockd} or {@code sanlock}; without it disks are not locked.
 */
final class LockUse {

    static final String FILE = "/etc/libvirt/libxl.conf";
    static final LockUse OF_THIS_HOST = new LockUse(Path.of(FILE));

    private static final Pattern SETTING =
            Pattern.compile("^[ \\t]*lock_manager[ \\t]*=[ \\t]*[\"']([^\"']*)[\"']", Pattern.MULTILINE);

    private final Path file;

    LockUse(Path file) {
        this.file = file;
    }

    /** Reads the file anew; blocks for the disk. A file that is not there or cannot be read says no. */
    boolean locksDisks() {
        try {
            Matcher match = SETTING.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            return match.find() && !match.group(1).equals("nop");
        } catch (IOException e) {
            return false;
        }
    }
}
