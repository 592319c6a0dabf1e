/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.introspect;

/** The target could not be mapped: no right to (EPERM), no such domain (ESRCH), or no privcmd here. Nothing is mapped in the window. */
public final class MappingException extends TargetMemoryException {

    private static final long serialVersionUID = 1L;

    /** Called by the native layer, and where Java finds the same. */
    public MappingException(String message) {
        super(message);
    }
}
