/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import org.vmcoupler.guard.control.Failure;

/** A request that could not be done; the state is as the failure's code says. */
final class FailureException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    FailureException(Failure failure) {
        super(failure.message());
        this.failure = failure;
    }

    FailureException(Failure.Code code, String message) {
        this(new Failure(code, message));
    }

    Failure failure() {
        return failure;
    }
}
