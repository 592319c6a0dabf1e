/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.local;

/** What happens when pre-copy reaches its limit of rounds or time before both domains fit the downtime budget. */
public enum OnTimeout {
    /** Roll back: both domains run on at the source, watched. */
    CANCEL,
    /** Stop both and finish the migration, with a downtime over the budget. */
    STOP
}
