/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab.trace;

/** A trace that proves nothing: records are missing, or it is none. */
public final class VoidTraceException extends RuntimeException {

    private static final long serialVersionUID = 1;

    VoidTraceException(String message) {
        super(message);
    }
}
