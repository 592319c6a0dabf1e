/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.control;

/** What a journal says of one attempt (docs/architecture.md, "Who decides"). */
public enum Decision {
    /** The source keeps the pair. */
    KEEP,
    /** The source gives the pair up unless the destination refuses. */
    YIELD,
    /** The destination has taken the pair: the commit. */
    TAKE,
    /** The destination does not take it; its copies are destroyed. */
    REFUSE,
    /** An intact journal has no decision. */
    NONE,
    /** The journal is missing, damaged, or another one than at BEGIN: permits nothing. */
    UNKNOWN
}
