/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

/** One of the two domains of a pair. */
public enum Member {
    /** The domain that is watched. */
    TARGET,
    /** The domain that watches. */
    GUARD
}
