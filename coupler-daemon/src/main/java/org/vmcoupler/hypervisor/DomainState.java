/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor;

/** A domain's life as far as it matters here. {@code paused} is apart from it. */
public enum DomainState {
    /** Runs or waits for an event; may be paused. */
    ALIVE,
    /** Shut down with reason suspend. */
    SUSPENDED,
    /** Shut down with any other reason: poweroff, reboot, crash, watchdog, soft reset. */
    SHUT_DOWN,
    /** Being destroyed. */
    DYING
}
