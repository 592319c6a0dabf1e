/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.introspect;

/** A read or mapping of the target's memory that could not be done; the subclass says why. */
public abstract class TargetMemoryException extends Exception {

    private static final long serialVersionUID = 1L;

    TargetMemoryException(String message) {
        super(message);
    }
}
