/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor;

/** How a domain came to its end. All but {@link #DESTROYED} are reasons of a shutdown: its memory is still there. */
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
    DESTROYED;

    /**
     * Returns the reason that Xen gives a number.
     *
     * <p>Source: Xen xen/include/public/sched.h, SHUTDOWN_poweroff to SHUTDOWN_soft_reset; libxl_types.idl, libxl_shutdown_reason.
     */
    public static DomainEnd ofShutdown(int reason) {
        return switch (reason) {
            case 0 -> POWEROFF;
            case 1 -> REBOOT;
            case 2 -> SUSPEND;
            case 3 -> CRASH;
            case 4 -> WATCHDOG;
            case 5 -> SOFT_RESET;
            default -> UNKNOWN;
        };
    }
}
