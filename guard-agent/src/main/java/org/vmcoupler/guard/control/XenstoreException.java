/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard.control;

/** Xenstored refused a request; the connection goes on. */
public final class XenstoreException extends java.io.IOException {

    private static final long serialVersionUID = 1L;

    private final String error;

    XenstoreException(String operation, String error) {
        super("xenstore " + operation + ": " + error);
        this.error = error;
    }

    /** The error's name, as ENOENT. */
    public String error() {
        return error;
    }
}
