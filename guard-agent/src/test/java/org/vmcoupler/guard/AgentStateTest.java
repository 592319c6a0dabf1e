/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vmcoupler.guard.control.Failure.Code;
import org.vmcoupler.guard.control.Operation;

/** The table of docs/guard-protocol.md; {@code -} is a refusal. */
class AgentStateTest {

    @ParameterizedTest
    @CsvSource({
        "IDLE,     IDLE,     WATCHING, -,        -,        -",
        "WATCHING, WATCHING, WATCHING, WATCHING, PREPARED, QUIESCED",
        "PREPARED, PREPARED, WATCHING, WATCHING, PREPARED, QUIESCED",
        "QUIESCED, QUIESCED, WATCHING, -,        -,        QUIESCED"
    })
    void table(AgentState from, String status, String remap, String watch, String prepare, String quiesce) {
        assertEquals(status, after(from, Operation.STATUS));
        assertEquals(remap, after(from, Operation.REMAP));
        assertEquals(watch, after(from, Operation.WATCH));
        assertEquals(prepare, after(from, Operation.PREPARE));
        assertEquals(quiesce, after(from, Operation.QUIESCE));
    }

    private static String after(AgentState from, Operation operation) {
        return from.permits(operation) ? from.after(operation).name() : "-";
    }

    @Test
    void afterFailures() {
        for (AgentState from : AgentState.values()) {
            for (Operation operation : Operation.values()) {
                assertEquals(from, from.after(operation, Code.BAD_REQUEST));
                assertEquals(from, from.after(operation, Code.WRONG_STATE));
                assertEquals(AgentState.IDLE, from.after(operation, Code.MAP_FAILED));
                assertEquals(AgentState.WATCHING, from.after(operation, Code.FOREIGN_MAPPING));
            }
            assertEquals(AgentState.IDLE, from.after(Operation.REMAP, Code.IDENTITY_CHANGED));
            assertEquals(AgentState.WATCHING, from.after(Operation.WATCH, Code.IDENTITY_CHANGED));
        }
    }

    @ParameterizedTest
    @CsvSource({"IDLE, IDLE", "WATCHING, WATCHING", "PREPARED, WATCHING", "QUIESCED, QUIESCED"})
    void whatCouldNotBeUnmappedIsStillWatchedAndNothingElse(AgentState from, AgentState to) {
        assertEquals(to, from.after(Operation.REMAP, Code.LEASE_TIMEOUT));
    }
}
