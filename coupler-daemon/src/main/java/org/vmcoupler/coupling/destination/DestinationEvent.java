/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.StreamDigest;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.fault.ErrorCode;

/** Something that happened at the destination. Each event calls its own method of the state. */
public sealed interface DestinationEvent {

    /** Lets {@code state} answer. */
    DestinationStep at(DestinationState state);

    /** A domain is restored and paused, and its whole stream was received. */
    record Restored(Member member, StreamDigest digest) implements DestinationEvent {
        @Override
        public DestinationStep at(DestinationState state) {
            return state.restored(this);
        }
    }

    /** The source has stopped and sent both. */
    record Stopped(ControlMessage.Stopped message) implements DestinationEvent {
        @Override
        public DestinationStep at(DestinationState state) {
            return state.stopped(this);
        }
    }

    /** The guard has proven a look at the paused target. */
    record Watching(long counterFirstSeen, long counterBeforeGo) implements DestinationEvent {
        @Override
        public DestinationStep at(DestinationState state) {
            return state.watching(this);
        }
    }

    /**
     * The source gives the pair up.
     *
     * @param sourceGone its host was booted since the attempt began, so its copies are gone
     */
    record Yielded(boolean sourceGone) implements DestinationEvent {
        @Override
        public DestinationStep at(DestinationState state) {
            return state.yielded(this);
        }
    }

    /** The guard has proven a fresh look, directly before the target's release. */
    record Proven() implements DestinationEvent {
        @Override
        public DestinationStep at(DestinationState state) {
            return state.proven();
        }
    }

    /** The target runs. */
    record Released(ControlMessage.Running running) implements DestinationEvent {
        @Override
        public DestinationStep at(DestinationState state) {
            return state.released(this);
        }
    }

    /** The source keeps the pair. */
    record Kept(String reason) implements DestinationEvent {
        @Override
        public DestinationStep at(DestinationState state) {
            return state.kept(this);
        }
    }

    /** The source's copies are destroyed. */
    record Done(String reportJson) implements DestinationEvent {
        @Override
        public DestinationStep at(DestinationState state) {
            return state.done(this);
        }
    }

    /** The control connection is lost. */
    record PeerLost(String reason) implements DestinationEvent {
        @Override
        public DestinationStep at(DestinationState state) {
            return state.peerLost(this);
        }
    }

    /** Something failed. */
    record Failed(ErrorCode code, String reason) implements DestinationEvent {
        @Override
        public DestinationStep at(DestinationState state) {
            return state.failed(this);
        }
    }

    /** The copies here are destroyed. */
    record Destroyed() implements DestinationEvent {
        @Override
        public DestinationStep at(DestinationState state) {
            return state.destroyed();
        }
    }

    /** What failed may be tried again. */
    record RetryDue() implements DestinationEvent {
        @Override
        public DestinationStep at(DestinationState state) {
            return state.retryDue();
        }
    }

    /** Names and report of a taken pair are settled. */
    record Completed() implements DestinationEvent {
        @Override
        public DestinationStep at(DestinationState state) {
            return state.completed();
        }
    }
}
