/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.savehelper;

import java.util.Optional;

/**
 * A save helper that is or was a process of this host: what a journal keeps of it, so that a restarted daemon can end it without ever hitting
 * a stranger that got the same pid.
 *
 * @param pid 1 to 4,194,304
 * @param startTicks start time since boot in clock ticks. Source: Linux man 5 proc, /proc/PID/stat field 22
 */
public record HelperProcess(long pid, long startTicks) {

    /** Checks the ranges. */
    public HelperProcess {
        if (pid < 1 || startTicks < 0) {
            throw new IllegalArgumentException("no process: pid " + pid + ", start " + startTicks);
        }
    }

    /** Returns the process that has this pid now, or empty if there is none. */
    public static Optional<HelperProcess> of(long pid) {
        return ProcessTable.LINUX.stat(pid).map(stat -> new HelperProcess(pid, stat.startTicks()));
    }

    /** Tells whether the very process is still there and not a zombie. Does not block. */
    public boolean isAlive() {
        return ProcessTable.LINUX
                .stat(pid)
                .filter(stat -> stat.startTicks() == startTicks && !stat.ended())
                .isPresent();
    }

    /**
     * Sends SIGKILL to the very process, if it is still there, and returns at once; {@link #isAlive()} tells when it has gone. Both the start
     * time here and the JDK's own are compared after the handle was taken, so that a pid given to another process in between is not hit.
     */
    public void kill() {
        Optional<ProcessHandle> handle = ProcessHandle.of(pid);
        if (isAlive()) {
            handle.ifPresent(ProcessHandle::destroyForcibly);
        }
    }
}
