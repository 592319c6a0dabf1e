/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import java.io.IOException;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Whether any process of the guard maps foreign memory, as {@code prepare} and {@code quiesce} ask. */
final class MappingCheck {

    private static final Logger LOG = Logger.getLogger(MappingCheck.class.getName());

    private final ForeignMappings mappings;
    private final boolean skipped;

    /**
     * Makes the check.
     *
     * @param skipped lab only: nothing is looked at and nothing found
     */
    MappingCheck(ForeignMappings mappings, boolean skipped) {
        this.mappings = mappings;
        this.skipped = skipped;
    }

    /**
     * Looks through all maps as {@link #holder} will. That check lies inside the target's downtime, and its first run is slow: classes are loaded,
     * code is compiled, the kernel builds its entries of /proc. Now the target still runs. A holder refuses nothing yet, since other readers may
     * still be about to let go, but the log names it early. This process is left out, as it still maps the watched pages and would end the scan.
     */
    void warmUp() {
        if (skipped) {
            return;
        }
        try {
            mappings.findBeside(ProcessHandle.current().pid())
                    .ifPresent(holder -> LOG.warning("process " + holder.pid() + " (" + holder.comm()
                            + ") maps foreign memory; quiesce will be refused unless it lets go: " + holder.what()));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "processes cannot be listed; quiesce will be refused", e);
        }
    }

    /** Returns who still maps foreign memory, this process not excepted; what cannot be looked at counts as found. */
    Optional<ForeignMappings.Holder> holder() {
        if (skipped) {
            return Optional.empty();
        }
        try {
            return mappings.find();
        } catch (IOException e) {
            return Optional.of(new ForeignMappings.Holder(0, "?", "processes cannot be listed: " + e));
        }
    }
}
