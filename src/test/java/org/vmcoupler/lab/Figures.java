/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

/** What a scenario has seen, and whether all was as it must be. */
interface Figures {

    /** Returns what was seen, for machines. */
    JsonNode figures();

    /** Tells whether all was as it must be. */
    boolean isGood();

    /**
     * Tells the figures to who reads along.
     *
     * @throws AssertionError not all was as it must be
     */
    default void orFail(String scenario) {
        Scenarios.say(scenario + ": " + figures());
        assertTrue(isGood(), () -> figures().toString());
    }
}
