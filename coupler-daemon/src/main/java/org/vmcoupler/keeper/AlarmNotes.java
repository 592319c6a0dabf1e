/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.hypervisor.Domid;

/**
 * Which targets the alarm has paused, for a daemon that follows one that ended before it could note it in xenstore: else such a target would look like
 * one that an operator paused, and stand still for ever. Files in memory of this boot, as whatever does not answer must not keep the alarm. Any thread.
 */
public final class AlarmNotes {

    private static final Logger LOG = LoggerFactory.getLogger(AlarmNotes.class);

    private final Path folder;

    /** Keeps files in {@code folder}, below {@code /run}, which is made at the first one. */
    public AlarmNotes(Path folder) {
        this.folder = folder;
    }

    /** Notes that the target of a pair is paused, as domain {@code target}. */
    public void note(UUID pair, Domid target) {
        try {
            Files.createDirectories(folder);
            Files.writeString(file(pair), target.toString());
        } catch (IOException e) {
            LOG.warn("that target {} is paused cannot be noted in {}: {}", target, folder, e.getMessage());
        }
    }

    /** Tells whether that was noted. */
    public boolean has(UUID pair, Domid target) {
        try {
            return Files.exists(file(pair)) && Files.readString(file(pair)).equals(target.toString());
        } catch (IOException e) {
            LOG.warn("{} cannot be read: {}", file(pair), e.getMessage());
            return false;
        }
    }

    /** Forgets it: the target runs, or is held and noted in xenstore. */
    public void forget(UUID pair) {
        try {
            Files.deleteIfExists(file(pair));
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted: {}", file(pair), e.getMessage());
        }
    }

    private Path file(UUID pair) {
        return folder.resolve(pair.toString());
    }
}
