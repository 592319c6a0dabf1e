/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.config;

import java.nio.file.Path;

/**
 * {@code [daemon]}.
 *
 * @param name what this host calls itself to its peers; empty: the kernel's host name
 * @param stateDir journal and reports
 * @param runDir sockets, gone after a boot
 * @param socketGroup group that may talk to the daemon's socket
 */
public record DaemonConfig(String name, Path stateDir, Path runDir, String socketGroup) {

    static DaemonConfig of(Section in) {
        DaemonConfig out = new DaemonConfig(
                in.name("name", ""),
                in.path("state_dir", "/var/lib/vmcoupler"),
                in.path("run_dir", "/run/vmcoupler"),
                in.name("socket_group", "vmcoupler"));
        in.refuseRest();
        return out;
    }

    /** Returns the journal's file. */
    public Path journal() {
        return stateDir.resolve("journal");
    }

    /** Returns the folder of what guards are made from. */
    public Path guards() {
        return stateDir.resolve("guards");
    }

    /** Returns the folder of the reports. */
    public Path reports() {
        return stateDir.resolve("reports");
    }
}
