/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.introspect;

/** A reader did not let go of a window in time. The window is mapped as before. */
public final class LeaseTimeoutException extends TargetMemoryException {

    private static final long serialVersionUID = 1L;

    /** Called by the native layer, and where Java finds the same. */
    public LeaseTimeoutException(String message) {
        super(message);
    }
}
