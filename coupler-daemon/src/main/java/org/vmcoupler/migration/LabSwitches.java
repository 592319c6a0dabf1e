/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

/**
 * Faults that only a lab switches on, to show that they are caught.
 *
 * @param releaseBeforeReady the destination releases the target before its guard has proven a look
 */
public record LabSwitches(boolean releaseBeforeReady) {

    /** No fault. */
    public static final LabSwitches NONE = new LabSwitches(false);
}
