/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard.control;

/** What was received is not what the protocol allows; nothing was done. */
public final class ProtocolException extends Exception {

    private static final long serialVersionUID = 1L;

    /** The message is safe to be sent back: it quotes nothing that was received. */
    public ProtocolException(String message) {
        super(message);
    }
}
