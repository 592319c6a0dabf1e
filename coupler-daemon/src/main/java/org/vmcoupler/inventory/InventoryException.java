/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.inventory;

/** The other manager did not do what it was asked to; the message is a sentence for the operator. */
public class InventoryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Makes one. */
    public InventoryException(String message) {
        super(message);
    }

    /** Makes one with its cause. */
    public InventoryException(String message, Throwable cause) {
        super(message, cause);
    }
}
