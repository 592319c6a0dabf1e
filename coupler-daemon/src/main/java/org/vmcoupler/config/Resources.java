/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.config;

import java.nio.file.Path;
import java.util.List;

/**
 * {@code [resources]}: what of this host a domain that comes from a peer may use. A list that is empty allows nothing.
 *
 * @param bridges names of bridges for network interfaces
 * @param disks absolute paths of block devices and images
 * @param kernels absolute paths of kernels for direct boot
 * @param ramdisks absolute paths of initial ramdisks
 */
public record Resources(List<String> bridges, List<Path> disks, List<Path> kernels, List<Path> ramdisks) {

    /** Copies the lists. */
    public Resources {
        bridges = List.copyOf(bridges);
        disks = List.copyOf(disks);
        kernels = List.copyOf(kernels);
        ramdisks = List.copyOf(ramdisks);
    }

    static Resources of(Section in) {
        Resources out =
                new Resources(in.names("bridges"), in.paths("disks"), in.paths("kernels"), in.paths("ramdisks"));
        in.refuseRest();
        return out;
    }
}
