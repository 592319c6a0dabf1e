/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.savehelper;

/** What the daemon says to a question of the shim; the name is the word of the protocol. */
public enum ShimAnswer {
    /** Go on: to HELLO, SUSPENDED and PAUSED. */
    OK,
    /** One more round of pre-copy: to POLICY. */
    CONTINUE,
    /** Pre-copy is over, suspend next: to POLICY. */
    STOP,
    /** Suspend the domain now: to SUSPEND. */
    SUSPEND,
    /** End the save or restore; to any question. A domain that is not yet suspended runs on. */
    ABORT
}
