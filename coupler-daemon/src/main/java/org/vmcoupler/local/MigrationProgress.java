/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.local;

import java.util.List;

/**
 * A migration under way.
 *
 * @param destination the other host's name; where this host is the destination, its own
 * @param phase name of the step that runs, as in the report's phases
 * @param elapsedMs since the request
 * @param predictedMs transfer time of the last round of both domains if it began now; -1 if not known yet
 * @param downtimeMs the budget that {@code predictedMs} must meet
 * @param bandwidthMibPerS what both streams may send together, in MiB per second; 0: as much as the path carries
 * @param domains target first, then guard
 */
public record MigrationProgress(
        String migrationId,
        String target,
        String guard,
        String destination,
        String phase,
        long elapsedMs,
        long predictedMs,
        long downtimeMs,
        long bandwidthMibPerS,
        List<DomainProgress> domains) {

    /** Copies the list. */
    public MigrationProgress {
        domains = List.copyOf(domains);
    }
}
