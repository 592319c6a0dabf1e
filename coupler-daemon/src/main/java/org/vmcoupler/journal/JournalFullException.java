/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import org.jspecify.annotations.Nullable;

/** There is no space for the records of a new attempt; nothing was written and the journal works on. */
public final class JournalFullException extends JournalException {

    private static final long serialVersionUID = 1L;

    JournalFullException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
