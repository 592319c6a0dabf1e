/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.life;

/** Which guard is to watch a target that none watches. */
public enum NextGuard {
    /** The one that did, as long as its domain lives. */
    SAME,
    /**
     * The one that did, with all that it knows, in a domain of its own: Xen lets a guard have one target in its life, and the target is a new one.
     */
    CARRIED,
    /** Another one, which knows nothing. */
    FRESH
}
