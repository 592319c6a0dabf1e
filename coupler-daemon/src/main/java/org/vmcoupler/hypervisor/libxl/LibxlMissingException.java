/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import org.vmcoupler.hypervisor.HypervisorException;

/** This host has no usable Xen tool stack: the libraries are missing, or the host was not booted on Xen. */
public final class LibxlMissingException extends HypervisorException {

    private static final long serialVersionUID = 1L;

    LibxlMissingException(String message) {
        super(message);
    }
}
