/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.savehelper;

/** What the save helper does with its stream. */
public enum ShimRole {
    /** Writes a domain to the stream. */
    SAVE("save"),
    /** Makes a domain from the stream. */
    RESTORE("restore");

    private final String word;

    ShimRole(String word) {
        this.word = word;
    }

    /** Returns the word of the protocol. */
    public String word() {
        return word;
    }
}
