/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import org.jspecify.annotations.Nullable;

/** The record would contradict an earlier one; it was not written and the journal works on. Always a fault of the caller. */
public final class ContradictionException extends JournalException {

    private static final long serialVersionUID = 1L;

    ContradictionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
