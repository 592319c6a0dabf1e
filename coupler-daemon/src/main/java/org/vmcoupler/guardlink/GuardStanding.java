/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guardlink;

/**
 * What every good reply of an agent says.
 *
 * @param state what the agent does after the request
 * @param domid the target that is or was last mapped, -1 for none
 * @param agent the agent's version, printable, at most 80 characters
 */
public record GuardStanding(State state, int domid, String agent) {

    /** What an agent does. */
    public enum State {
        /** Has no target yet. */
        IDLE,
        /** Maps the target and checks it. */
        WATCHING,
        /** Maps only what the last look needs. */
        PREPARED,
        /** Maps nothing. */
        QUIESCED
    }
}
