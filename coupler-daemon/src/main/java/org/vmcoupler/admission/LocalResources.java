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
 */
public record LocalResources(Set<String> bridges, Set<String> disks) {

    /** Copies the sets. */
    public LocalResources {
        bridges = Set.copyOf(bridges);
        disks = Set.copyOf(disks);
    }
}
