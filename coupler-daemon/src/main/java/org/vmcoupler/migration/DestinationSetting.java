/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.journal.PairFacts;

/**
 * What an attempt at its destination is about.
 *
 * @param pair names and UUIDs; domids as far as known
 * @param held what the source said of both, if a predecessor of this daemon has recorded it
 * @param reports takes the report of a completed migration as JSON
 * @param ended called once nothing is left to do
 */
public record DestinationSetting(
        HostParts host,
        UUID migrationId,
        PairFacts pair,
        Origin origin,
        Optional<ControlMessage.Stopped> held,
        Consumer<String> reports,
        Runnable ended) {

    /**
     * Where the pair comes from.
     *
     * @param host the source's name as configured here
     * @param bootId the boot in which it made its offer; after another one it has no copies
     */
    public record Origin(String host, String bootId) {}
}
