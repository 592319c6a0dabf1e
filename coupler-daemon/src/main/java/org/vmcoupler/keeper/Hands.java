/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

/** Who may touch a pair's domains now. */
public enum Hands {
    /** Its keeper. */
    KEEPER,
    /** A migration; but both domains run, and the guard watches as ever. */
    PRE_COPY,
    /** A migration alone. */
    MIGRATION
}
