/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.config;

/** What happens when pre-copy does not converge within its limits. */
public enum OnTimeout {
    /** Roll back; the pair runs on at the source. */
    CANCEL,
    /** Stop both domains all the same and send what is left, however long that takes. */
    STOP
}
