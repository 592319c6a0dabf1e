/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling;

/** What to do when pre-copy reaches its limit of rounds or time. */
public enum OnTimeout {
    /** Give up: both domains run on at the source, watched. */
    CANCEL,
    /** Stop both domains and go on, whatever the downtime. */
    STOP
}
