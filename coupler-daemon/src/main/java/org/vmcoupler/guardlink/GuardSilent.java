/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guardlink;

/** The agent gave no reply to the request before its deadline. It may still carry the request out later. */
public final class GuardSilent extends RuntimeException {

    private static final long serialVersionUID = 1L;

    GuardSilent(String message) {
        super(message);
    }
}
