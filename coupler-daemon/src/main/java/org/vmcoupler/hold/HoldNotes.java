/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hold;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.hypervisor.Domid;

/**
 * Which targets are held whose note in xenstore could not be made, for a daemon that follows one that ended meanwhile: else such a target would look like
 * one that an operator paused, and stand still for ever. Files in memory of this boot, in which no number of a domain is given twice: nothing that hangs
 * can keep anybody who notes something. Any thread.
 */
public final class HoldNotes {

    private static final Logger LOG = LoggerFactory.getLogger(HoldNotes.class);

    private final Path folder;

    /** Keeps files in {@code folder}, below {@code /run}, which is made at the first one. */
    public HoldNotes(Path folder) {
        this.folder = folder;
    }

    /** Notes that a target is held. */
    public void note(Domid target) {
        try {
            Files.createDirectories(folder);
            Files.writeString(file(target), "held");
        } catch (IOException e) {
            LOG.warn("that target {} is held cannot be noted in {}: {}", target, folder, e.getMessage());
        }
    }

    /** Tells whether that was noted. */
    public boolean has(Domid target) {
        return Files.exists(file(target));
    }

    /** Forgets it: the target runs, or is noted in xenstore. */
    void forget(Domid target) {
        try {
            Files.deleteIfExists(file(target));
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted: {}", file(target), e.getMessage());
        }
    }

    private Path file(Domid target) {
        return folder.resolve(target.toString());
    }
}
