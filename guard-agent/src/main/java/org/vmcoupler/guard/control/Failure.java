/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard.control;

/**
 * Why a request was not done.
 *
 * @param pid process that is in the way, -1 for none
 * @param comm its name, empty for none
 */
public record Failure(Code code, String message, int pid, String comm) {

    /** The codes of docs/guard-protocol.md. */
    public enum Code {
        /** Not understood; nothing changed. */
        BAD_REQUEST,
        /** Not possible in this state; nothing changed. */
        WRONG_STATE,
        /** The target could not be mapped; nothing is mapped. */
        MAP_FAILED,
        /** The kernel that is seen is another one than before: no look is proven. */
        IDENTITY_CHANGED,
        /** A process still maps a target. */
        FOREIGN_MAPPING,
        /** A check did not give its lease back in time. */
        LEASE_TIMEOUT
    }

    /** A failure in which no process is named. */
    public Failure(Code code, String message) {
        this(code, message, -1, "");
    }
}
