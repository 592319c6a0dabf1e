/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

/** The side of a migration that this host is. */
public enum Role {
    /** The pair ran here when the attempt began. */
    SOURCE,
    /** The pair is to run here. */
    DESTINATION
}
