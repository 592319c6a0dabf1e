/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guardlink;

import java.util.Optional;
import org.vmcoupler.hypervisor.Domid;

/** What the daemon asks of a guard's agent. */
public sealed interface GuardRequest<R extends GuardReply> {

    /** Returns the operation's name in the protocol. */
    String operation();

    private static void checkFrames(long frames) {
        if (frames < 1 || frames > GuardLink.FRAMES_MAX) {
            throw new IllegalArgumentException("frames is not in 1..2^28: " + frames);
        }
    }

    /** Asks how the agent is; changes nothing. */
    record Status() implements GuardRequest<GuardReply.Status> {
        @Override
        public String operation() {
            return "status";
        }
    }

    /**
     * Lets the agent map the target and take a first look.
     *
     * @param target the target's number on this host
     * @param frames number of its frames, 1 to 2^28; the agent looks at 0 to {@code frames} - 1
     * @param anew whether it is another target than the agent had, and may look different
     */
    record Remap(Domid target, long frames, boolean anew, Challenge challenge)
            implements GuardRequest<GuardReply.Look> {
        /** Checks the range. */
        public Remap {
            checkFrames(frames);
        }

        @Override
        public String operation() {
            return "remap";
        }
    }

    /**
     * Asks for a fresh look.
     *
     * @param frames as in {@link Remap}, as it is now: the target may have grown
     * @param parked whether checks that {@link Prepare} has parked stay so
     */
    record Watch(long frames, boolean parked, Challenge challenge) implements GuardRequest<GuardReply.Look> {
        /** Checks the range. */
        public Watch {
            checkFrames(frames);
        }

        @Override
        public String operation() {
            return "watch";
        }
    }

    /**
     * Parks the checks and drops windows that the last look does not need.
     *
     * @param nonce 32 lower-case hex digits, which come back in the reply
     */
    record Prepare(String nonce) implements GuardRequest<GuardReply.Prepared> {
        /** Checks the nonce. */
        public Prepare {
            if (!Challenge.HEX_32.matcher(nonce).matches()) {
                throw new IllegalArgumentException("the nonce is not 32 lower-case hex digits");
            }
        }

        @Override
        public String operation() {
            return "prepare";
        }
    }

    /** Takes the last look and unmaps everything; {@code challenge} is empty if the target has ended and is only let go of. */
    record Quiesce(Optional<Challenge> challenge) implements GuardRequest<GuardReply.Quiesced> {
        @Override
        public String operation() {
            return "quiesce";
        }
    }
}
