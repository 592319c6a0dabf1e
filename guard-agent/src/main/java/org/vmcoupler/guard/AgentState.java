/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import java.util.Locale;
import org.vmcoupler.guard.control.Failure;
import org.vmcoupler.guard.control.Operation;

/** Where the agent is; the table of docs/guard-protocol.md. Pure. */
public enum AgentState {
    /** Maps nothing that it watches. */
    IDLE,
    /** Sees the target, checks run. */
    WATCHING,
    /** Sees only the watched pages, checks are parked. */
    PREPARED,
    /** Has taken the last look and maps nothing. */
    QUIESCED;

    /** Whether the operation is possible here; if not, nothing changes and the answer is WRONG_STATE. */
    public boolean permits(Operation operation) {
        return switch (this) {
            case IDLE -> operation == Operation.STATUS || operation == Operation.REMAP;
            case WATCHING, PREPARED -> true;
            case QUIESCED -> operation != Operation.WATCH && operation != Operation.PREPARE;
        };
    }

    /** The state after a permitted operation was done without failure. */
    public AgentState after(Operation operation) {
        return switch (operation) {
            case STATUS -> this;
            case REMAP, WATCH -> WATCHING;
            case PREPARE -> PREPARED;
            case QUIESCE -> QUIESCED;
        };
    }

    /**
     * The state after an operation failed. A target can change its kernel's note itself, so that in a watch is no proven look but no reason either
     * to stop watching it; in a remap it may be another target. What could not be unmapped is still seen; where nothing was seen, nothing is.
     */
    public AgentState after(Operation operation, Failure.Code failure) {
        return switch (failure) {
            case BAD_REQUEST, WRONG_STATE -> this;
            case MAP_FAILED -> IDLE;
            case IDENTITY_CHANGED -> operation == Operation.REMAP ? IDLE : WATCHING;
            case FOREIGN_MAPPING -> WATCHING;
            case LEASE_TIMEOUT -> this == WATCHING || this == PREPARED ? WATCHING : this;
        };
    }

    /** The name on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
