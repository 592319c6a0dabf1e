/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.introspect;

/** The view that was meant is gone: its lease took too long, or the windows were unmapped. Nothing was read; take a new lease. */
public final class LeaseOverException extends TargetMemoryException {

    private static final long serialVersionUID = 1L;

    /** Called by the native layer, and where Java finds the same. */
    public LeaseOverException(String message) {
        super(message);
    }
}
