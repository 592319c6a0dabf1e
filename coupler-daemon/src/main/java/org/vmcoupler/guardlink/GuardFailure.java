/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guardlink;

/** The agent answered in time, but not well. The message names guard, operation and cause; what came from the guard in it is printable. */
public final class GuardFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why a request failed. */
    public enum Code {
        /** Not understood; nothing changed. */
        BAD_REQUEST,
        /** Not possible in the agent's state; nothing changed. */
        WRONG_STATE,
        /** The target could not be mapped; nothing is mapped. */
        MAP_FAILED,
        /** The kernel that is seen is not that of the first look: no look is proven, and after a remap the agent does not watch. */
        IDENTITY_CHANGED,
        /** Another process in the guard still maps the target; the agent watches again. */
        FOREIGN_MAPPING,
        /** A check did not give its lease back in time; the agent watches again. */
        LEASE_TIMEOUT,
        /** Ours: the reply to this very request is not what the protocol allows; the agent's state is not known. */
        BAD_REPLY
    }

    private final Code code;
    private final int pid;
    private final String comm;

    GuardFailure(Code code, String message, int pid, String comm) {
        super(message);
        this.code = code;
        this.pid = pid;
        this.comm = comm;
    }

    /** Returns why. */
    public Code code() {
        return code;
    }

    /** Returns the process in the guard that still maps the target, -1 if the agent named none. */
    public int pid() {
        return pid;
    }

    /** Returns that process's name, printable, at most 64 characters; empty if the agent named none. */
    public String comm() {
        return comm;
    }
}
