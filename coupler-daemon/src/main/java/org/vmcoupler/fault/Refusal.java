/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.fault;

/** A request could not be met. The message is one or more whole sentences for an operator: cause, state of each domain, what to do next. */
public class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /** Makes a refusal. */
    public Refusal(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    /** Makes a refusal with its cause. */
    public Refusal(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** Returns what went wrong. */
    public ErrorCode code() {
        return code;
    }
}
