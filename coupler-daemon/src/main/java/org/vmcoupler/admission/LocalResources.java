/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.admission;

import java.util.Set;

/**
 * What this host lends to domains that come in.
 *
 * @param bridges bridges that a target's network interface may join
 * @param disks paths of images or block devices that a target may use
 * @param kernels paths of kernels that the device model of an HVM target may read, or libvirt's definition of a domain may name
 * @param ramdisks the same of initial ramdisks
 */
public record LocalResources(Set<String> bridges, Set<String> disks, Set<String> kernels, Set<String> ramdisks) {

    /** What lends nothing. */
    public static final LocalResources NONE = new LocalResources(Set.of(), Set.of(), Set.of(), Set.of());

    /** Copies the sets. */
    public LocalResources {
        bridges = Set.copyOf(bridges);
        disks = Set.copyOf(disks);
        kernels = Set.copyOf(kernels);
        ramdisks = Set.copyOf(ramdisks);
    }

    /** Makes one that lends no kernels and ramdisks. */
    public LocalResources(Set<String> bridges, Set<String> disks) {
        this(bridges, disks, Set.of(), Set.of());
    }
}
