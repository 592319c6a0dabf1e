/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.report;

import java.util.List;

/**
 * What happened in one migration. Figures that do not apply, as the migration ended before they could be taken, are -1.
 *
 * @param outcome {@code completed}, {@code cancelled}, {@code not-converged}, {@code rolled-back}, {@code guard-lost}, {@code in-doubt},
 *     {@code foreign-mapping}, or the destination's refusal ({@code no-memory}, {@code name-taken}, {@code wrong-kind}, {@code config-refused},
 *     {@code not-allowed}, {@code busy}): in lower case the name of the exit code
 * @param reason why it did not complete, one or more sentences; empty if it did
 * @param startedAt ISO-8601, UTC
 * @param totalMs from the request to the end of the clean-up
 * @param targetDowntimeMs from the target's shutdown seen by the source's dom0 to the return of its unpause at the destination
 * @param guardDowntimeMs the same for the guard
 * @param clockErrorMs how far the two hosts' clocks may differ after correction: half the smallest round trip
 * @param rounds pre-copy rounds of the target's stream and the guard's, the final ones included
 * @param ramBytes memory in the page records of both streams
 * @param wireBytes bytes that crossed the network for both streams
 * @param counterAtStop the target's counter, read by the source's dom0 after the suspend
 * @param counterFirstSeen the same, first value seen by the guard after its remap
 * @param counterBeforeGo the same, read by the destination's dom0 after READY, directly before the release
 * @param cpuTimeBeforeGoNs the target's cpu time at the destination directly before its release
 * @param cpuTimeSinceStopNs by how much the target's cpu time at the source grew from its stop to its destruction: 0
 * @param verified whether the guard's look was proven before the target was released
 */
public record MigrationReport(
        String migrationId,
        String outcome,
        String reason,
        String source,
        String destination,
        String target,
        String guard,
        String startedAt,
        long totalMs,
        long targetDowntimeMs,
        long guardDowntimeMs,
        double clockErrorMs,
        int rounds,
        long ramBytes,
        long wireBytes,
        long counterAtStop,
        long counterFirstSeen,
        long counterBeforeGo,
        long cpuTimeBeforeGoNs,
        long cpuTimeSinceStopNs,
        boolean verified,
        List<Phase> phases) {

    /** Copies the list. */
    public MigrationReport {
        phases = List.copyOf(phases);
    }
}
