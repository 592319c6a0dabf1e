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

    /** Tells whether the guest has suspended itself and waits to be resumed or destroyed. */
    public boolean suspended() {
        return state == DomainState.SUSPENDED;
    }
}
