/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.xenstore;

import org.vmcoupler.hypervisor.HypervisorException;

/** xenstored refused a request, did not answer in time, or broke its own protocol. */
public final class XenstoreException extends HypervisorException {

    private static final long serialVersionUID = 1L;

    private final String error;

    /** Makes an exception for xenstored's own refusal, {@code error} being its name of the errno, as {@code ENOENT}. */
    XenstoreException(String operation, String error) {
        super("xenstore " + operation + ": " + error);
        this.error = error;
    }

    /** Makes an exception for a connection that failed. */
    XenstoreException(String operation, Throwable cause) {
        super("xenstore " + operation + ": " + cause.getMessage(), cause);
        this.error = "";
    }

    /** Tells whether xenstored answered with this errno name. */
    boolean is(String name) {
        return error.equals(name);
    }
}
