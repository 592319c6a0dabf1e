/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import org.jspecify.annotations.Nullable;

/** A write or fsync failed: what is on the disk is unknown. The process must say and do nothing more, and exit. */
public final class JournalDeadException extends JournalException {

    private static final long serialVersionUID = 1L;

    JournalDeadException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
