/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.savehelper;

import java.util.Optional;

/**
 * Who may be a save helper: a child of this very process that runs as its user (root, in service).
 *
 * @param ownUid the daemon's user
 * @param ownPid the daemon's process
 * @param processes where parents and start times are read
 */
record HelperCheck(int ownUid, long ownPid, ProcessTable processes) {

    /** Returns what is wrong with a peer that says {@code hello}, or empty if nothing is. Reads one file of /proc. */
    Optional<String> problem(int peerUid, int peerPid, ShimMessage.Hello hello) {
        if (peerUid != ownUid) {
            return Optional.of("it runs as user " + peerUid + ", not " + ownUid);
        }
        if (hello.pid() != peerPid) {
            return Optional.of("it says that it is process " + hello.pid() + " but is " + peerPid);
        }
        boolean ours = processes
                .stat(peerPid)
                .filter(stat -> stat.parent() == ownPid && !stat.ended())
                .isPresent();
        return ours ? Optional.empty() : Optional.of("process " + peerPid + " is no child of the daemon");
    }

    /** Returns the process of this pid, or empty if it has gone. */
    Optional<HelperProcess> process(long pid) {
        return processes.stat(pid).map(stat -> new HelperProcess(pid, stat.startTicks()));
    }
}
