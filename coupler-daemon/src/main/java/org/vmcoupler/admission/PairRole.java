/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.admission;

/** Which of the two domains of a pair. */
public enum PairRole {
    /** The domain that is watched. */
    TARGET,
    /** The domain that watches; without disk and network in this version. */
    GUARD
}
