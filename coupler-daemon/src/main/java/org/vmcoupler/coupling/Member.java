/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling;

/** The two domains of a pair. */
public enum Member {
    /** The domain that is watched. */
    TARGET,
    /** The domain that watches. */
    GUARD;

    /** Returns the word for sentences and logs. */
    public String word() {
        return this == TARGET ? "target" : "guard";
    }

    /** Returns the other one. */
    public Member other() {
        return this == TARGET ? GUARD : TARGET;
    }
}
