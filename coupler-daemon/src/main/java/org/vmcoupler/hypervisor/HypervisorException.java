/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor;

/** A call to the hypervisor or its tools failed. The message names the operation, the domain and the cause. */
public class HypervisorException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Makes an exception with a clear sentence. */
    public HypervisorException(String message) {
        super(message);
    }

    /** Makes an exception with a clear sentence and its cause. */
    public HypervisorException(String message, Throwable cause) {
        super(message, cause);
    }
}
