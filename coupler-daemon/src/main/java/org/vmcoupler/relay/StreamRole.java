/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.relay;

import java.util.Optional;

/** Whose stream a data connection carries. */
public enum StreamRole {
    /** The watched domain. */
    TARGET(1),
    /** The watching domain. */
    GUARD(2);

    private final int code;

    StreamRole(int code) {
        this.code = code;
    }

    /** Returns the code on the wire; 0 is never a role. */
    int code() {
        return code;
    }

    static Optional<StreamRole> of(int code) {
        return code == 1 ? Optional.of(TARGET) : code == 2 ? Optional.of(GUARD) : Optional.empty();
    }
}
