/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

/** The kinds of domain whose streams differ. */
public enum DomainKind {
    /** Paravirtualised: page tables in the stream, no emulator. */
    PV,
    /** Hardware-assisted without an emulator. */
    PVH,
    /** Hardware-assisted with an emulator (qemu). */
    HVM
}
