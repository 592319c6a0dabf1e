/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.hypervisor.Domid;

/**
 * Writes each proven look down, in a lab, as a line {@code FROM TO DOMID KIND ID}: the nanoseconds of CLOCK_MONOTONIC between which the guard looked
 * at the target of that number, what for, and the migration's id or the pair's. Any thread.
 */
public final class LookRecord {

    private static final Logger LOG = LoggerFactory.getLogger(LookRecord.class);

    private final Path file;

    /** Appends to {@code file}, which is made with the first look. */
    public LookRecord(Path file) {
        this.file = file;
    }

    /**
     * Takes a look whose answer has just been verified. A line that cannot be written is missing, which is an interval without a look for whoever
     * judges them.
     *
     * @param fromNs {@link System#nanoTime} when what the guard had to answer did not exist yet
     * @param kind one word
     */
    synchronized void proven(long fromNs, Domid target, String kind, String id) {
        String line = fromNs + " " + System.nanoTime() + " " + target + " " + kind + " " + id + "\n";
        try {
            Files.writeString(
                    file, line, StandardCharsets.US_ASCII, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            LOG.error("a proven look is missing in {}", file, e);
        }
    }
}
