/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.life;

/** What is done when a target has ended by itself. */
public enum OnEnd {
    /** A new target is made from the same configuration and released when its guard watches. */
    RESTART,
    /** Target and guard are destroyed, and the pair is coupled no more. */
    STOP,
    /** Both stay as they are, so that the target's memory can be looked at. */
    KEEP
}
