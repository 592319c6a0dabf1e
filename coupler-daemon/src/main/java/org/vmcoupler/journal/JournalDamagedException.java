/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import org.jspecify.annotations.Nullable;

/** The file is not what this daemon wrote; it is left untouched. Every answer to a peer is UNKNOWN until an operator has looked. */
public final class JournalDamagedException extends JournalException {

    private static final long serialVersionUID = 1L;

    JournalDamagedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
