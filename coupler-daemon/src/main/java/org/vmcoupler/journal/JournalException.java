/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import org.jspecify.annotations.Nullable;

/** The journal cannot do what was asked. The subclass says what state it is in. */
public abstract sealed class JournalException extends RuntimeException
        permits JournalDamagedException,
                JournalDeadException,
                JournalFullException,
                JournalLockedException,
                ContradictionException {

    private static final long serialVersionUID = 1L;

    JournalException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
