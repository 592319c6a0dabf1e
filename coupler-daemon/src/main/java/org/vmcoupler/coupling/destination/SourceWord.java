/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

/** What a destination that is still coupling knows of its source. */
public enum SourceWord {
    /** It waits for READY. */
    WAITS,
    /** It is not heard; it may have lost its copies. */
    SILENT,
    /** It has yielded, and may get the pair back by a refusal. */
    YIELDED,
    /** It has yielded and its copies are gone, as its host was booted, or may be, as it is silent since. */
    YIELDED_AND_GONE;

    boolean yielded() {
        return this == YIELDED || this == YIELDED_AND_GONE;
    }
}
