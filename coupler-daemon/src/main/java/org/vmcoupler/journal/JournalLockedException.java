/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import org.jspecify.annotations.Nullable;

/** Another daemon holds the journal; it was not touched. */
public final class JournalLockedException extends JournalException {

    private static final long serialVersionUID = 1L;

    JournalLockedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
