/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.fault;

/** Who can do something about an error. */
public enum Category {
    /** The request was wrong or cannot be met as the pair stands. */
    USER,
    /** This host lacks something. */
    HOST,
    /** The other host lacks something, refuses, or cannot be reached. */
    PEER,
    /** A migration ended otherwise than completed. */
    OUTCOME,
    /** A fault of ours. */
    INTERNAL
}
