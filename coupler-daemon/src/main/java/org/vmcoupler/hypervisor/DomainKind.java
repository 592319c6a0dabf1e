/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor;

/** How Xen runs a domain's kernel. */
public enum DomainKind {
    /** Paravirtualised: the only kind that may map another domain's memory on Xen 4.17. */
    PV,
    /** Hardware virtualised without an emulator. */
    PVH,
    /** Hardware virtualised with an emulator (qemu). */
    HVM
}
