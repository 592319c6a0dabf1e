/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.util.UUID;
import java.util.function.Consumer;
import org.vmcoupler.journal.PairFacts;

/**
 * What an attempt at its destination is about.
 *
 * @param pair names and UUIDs; domids as far as known
 * @param reports takes the report of a completed migration as JSON
 * @param ended called once nothing is left to do
 */
public record DestinationSetting(
        HostParts host, UUID migrationId, PairFacts pair, Consumer<String> reports, Runnable ended) {}
