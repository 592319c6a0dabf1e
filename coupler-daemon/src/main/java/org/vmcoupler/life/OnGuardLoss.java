/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.life;

/** What is done with a target whose guard is lost, until a guard watches it again. */
public enum OnGuardLoss {
    /** It stands still. */
    PAUSE,
    /** It runs on, unwatched. */
    CONTINUE,
    /** It is told to power off, and its pair ends. */
    SHUTDOWN
}
