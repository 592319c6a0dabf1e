/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor;

/**
 * How a domain came to its end. All but {@link #DESTROYED} are reasons of a shutdown: its memory is still there.
 *
 * <p>Source: Xen xen/include/public/sched.h, SHUTDOWN_poweroff to SHUTDOWN_soft_reset; libxl_types.idl, libxl_shutdown_reason.
 */
public enum DomainEnd {
    /** The guest switched itself off. */
    POWEROFF,
    /** The guest wants to be started again. */
    REBOOT,
    /** The guest has suspended itself, as a save asks of it. */
    SUSPEND,
    /** The guest's kernel has crashed. */
    CRASH,
    /** Its watchdog was not fed. */
    WATCHDOG,
    /** The guest wants its devices reset, to start another kernel. */
    SOFT_RESET,
    /** It shut down for a reason that we do not know. */
    UNKNOWN,
    /** It is being destroyed, or is gone. */
    DESTROYED
}
