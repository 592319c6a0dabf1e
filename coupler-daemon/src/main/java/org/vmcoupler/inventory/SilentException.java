/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.inventory;

/** The other manager is there and does not answer: what it does meanwhile nobody knows. */
public final class SilentException extends InventoryException {

    private static final long serialVersionUID = 1L;

    /** Makes one with a sentence. */
    public SilentException(String message) {
        super(message);
    }

    /** Makes one with a sentence. */
    public SilentException(String message, Throwable cause) {
        super(message, cause);
    }
}
