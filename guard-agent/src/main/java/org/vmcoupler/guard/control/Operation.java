/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard.control;

import java.util.Locale;

/** What the daemon can ask for. */
public enum Operation {
    /** Answers only. */
    STATUS,
    /** Maps the target and takes a first look. */
    REMAP,
    /** Takes a fresh look. */
    WATCH,
    /** Parks checks and drops the windows that the last look does not need. */
    PREPARE,
    /** Takes the last look and unmaps everything. */
    QUIESCE;

    /** The name on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Operation of(String wireName) throws ProtocolException {
        for (Operation operation : values()) {
            if (operation.wireName().equals(wireName)) {
                return operation;
            }
        }
        throw new ProtocolException("op: unknown");
    }
}
