/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.inventory.libvirt;

import org.vmcoupler.inventory.InventoryException;

/** libvirt is there and does not answer: what it does meanwhile nobody knows. */
final class SilentException extends InventoryException {

    private static final long serialVersionUID = 1L;

    SilentException(String message) {
        super(message);
    }

    SilentException(String message, Throwable cause) {
        super(message, cause);
    }
}
