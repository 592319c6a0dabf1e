/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.vmcoupler.control.Decision;

/**
 * What all records together say; immutable.
 *
 * @param open attempts that are not closed, by id, oldest first
 * @param settled decisions of closed attempts, oldest first, the newest 4,096
 * @param pairs pairs coupled here, by pair id
 */
public record JournalState(Map<UUID, Attempt> open, Map<UUID, Decision> settled, Map<UUID, JournalRecord.Pair> pairs) {

    /**
     * How many decisions outlive their attempts. A peer asks again only until it has closed the attempt too, which is within minutes or after
     * the next start of its daemon; thousands of migrations later nobody does.
     */
    static final int SETTLED = 4_096;

    /** Copies the maps, order kept. */
    public JournalState {
        open = Collections.unmodifiableMap(new LinkedHashMap<>(open));
        settled = Collections.unmodifiableMap(new LinkedHashMap<>(settled));
        pairs = Collections.unmodifiableMap(new LinkedHashMap<>(pairs));
    }

    static JournalState empty() {
        return new JournalState(Map.of(), Map.of(), Map.of());
    }

    /** Returns the decision of an attempt: its own, or NONE if this journal has none or never heard of it. */
    public Decision decision(UUID migrationId) {
        Attempt attempt = open.get(migrationId);
        if (attempt != null) {
            return attempt.decision();
        }
        return settled.getOrDefault(migrationId, Decision.NONE);
    }

    /**
     * Returns the state after one more record.
     *
     * @throws ContradictionException the record cannot follow the ones before
     */
    JournalState after(JournalRecord entry) {
        return new Step(this).apply(entry);
    }
}
