/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.config;

import java.time.Duration;

/**
 * {@code [migration]}: defaults and deadlines of every migration.
 *
 * @param downtime limit of the predicted time to send what is left of both domains
 * @param maxRounds pre-copy rounds after which {@code onTimeout} applies
 * @param timeout length of the pre-copy after which {@code onTimeout} applies
 * @param onTimeout what then
 * @param bandwidthMibPerS what both streams may send together, in MiB per second; 0: as much as the path carries
 * @param prepareDeadline for the guard to park its checks and answer; nothing has stopped yet
 * @param quiesceDeadline for the guard to take the last look and unmap
 * @param lookDeadline for a guard to prove a look after it was released
 * @param suspendDeadline for a domain to suspend once asked, of which at most 50 s are waited; and for an ended save's helper to end
 * @param goDeadline for the counter of a target that was released to move; then an alert
 * @param rollBackDeadline for all tries to let the pair run on at the source, until its guard counts as lost
 * @param peerSilence silence of a peer after which its connection counts as lost
 */
public record MigrationConfig(
        Duration downtime,
        int maxRounds,
        Duration timeout,
        OnTimeout onTimeout,
        int bandwidthMibPerS,
        Duration prepareDeadline,
        Duration quiesceDeadline,
        Duration lookDeadline,
        Duration suspendDeadline,
        Duration goDeadline,
        Duration rollBackDeadline,
        Duration peerSilence) {

    private static final Duration MILLI = Duration.ofMillis(1);
    private static final Duration TENTH = Duration.ofMillis(100);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
    private static final Duration DAY = Duration.ofDays(1);

    static MigrationConfig of(Section in) {
        MigrationConfig out = new MigrationConfig(
                in.duration("downtime", "300 ms", MILLI, MINUTE),
                in.number("max_rounds", 30, 1, 1_000),
                in.duration("timeout", "10 min", SECOND, DAY),
                in.choice("on_timeout", OnTimeout.CANCEL),
                in.number("bandwidth_mib_per_s", 0, 0, 1 << 20),
                in.duration("prepare_deadline", "5 s", TENTH, TEN_MINUTES),
                in.duration("quiesce_deadline", "500 ms", MILLI, TEN_MINUTES),
                in.duration("look_deadline", "10 s", TENTH, TEN_MINUTES),
                in.duration("suspend_deadline", "60 s", SECOND, TEN_MINUTES),
                in.duration("go_deadline", "1 s", TENTH, TEN_MINUTES),
                in.duration("roll_back_deadline", "2 min", SECOND, DAY),
                in.duration("peer_silence", "5 s", SECOND, TEN_MINUTES));
        in.refuseRest();
        return out;
    }
}
