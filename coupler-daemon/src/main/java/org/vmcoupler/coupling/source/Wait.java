/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

/**
 * What a state waits for, and how long at most.
 *
 * @param missing what has not happened, as the beginning of a sentence; a state that begins to wait for something else begins anew
 * @param limitMs longest wait in milliseconds
 */
public record Wait(String missing, long limitMs) {

    /** Returns the sentence for the operator. */
    String sentence() {
        return missing + " within " + limitMs / 1_000.0 + " s.";
    }
}
