/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor;

import java.util.UUID;

/**
 * What Xen says of a domain at one moment.
 *
 * @param name as in xenstore; empty if it has none (a zombie, shown as {@code (null)} by xl)
 * @param state what it is doing
 * @param paused paused by the toolstack, whatever {@code state} says
 * @param memoryKb memory that it has now, in KiB
 * @param cpuTimeNs time that its vcpus ran since the domain was created on this host, in nanoseconds
 */
public record DomainInfo(
        Domid domid, UUID uuid, String name, DomainState state, boolean paused, long memoryKb, long cpuTimeNs) {

    /** What {@code xl migrate} calls a domain whose copy the other host may start. */
    private static final String GIVEN_AWAY = "--migratedaway";

    /**
     * Tells whether {@code xl migrate} has let another host start this domain's copy: it may run there, so this one must not be resumed. Source: Xen
     * tools/xl/xl_migrate.c, migrate_domain, which renames it directly before that, and back if the other host says that it failed.
     */
    public boolean givenAway() {
        return name.endsWith(GIVEN_AWAY);
    }

    /** Tells whether the guest has suspended itself and waits to be resumed or destroyed. */
    public boolean suspended() {
        return state == DomainState.SUSPENDED;
    }
}
