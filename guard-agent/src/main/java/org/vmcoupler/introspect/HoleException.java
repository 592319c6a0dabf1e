/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.introspect;

/** The frame is not there: ballooned out, not yet populated, or device memory. Other frames of the window can be read. */
public final class HoleException extends TargetMemoryException {

    private static final long serialVersionUID = 1L;

    /** Called by the native layer, and where Java finds the same. */
    public HoleException(String message) {
        super(message);
    }
}
