/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.StreamDigest;
import org.vmcoupler.coupling.Lockstep;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.fault.ErrorCode;

/** Something that happened at the source. Each event calls its own method of the state. */
public sealed interface SourceEvent {

    /** Lets {@code state} answer. */
    SourceStep at(SourceState state, Moment now);

    /** The destination takes the offer up. */
    record Accepted(ControlMessage.Accept accept) implements SourceEvent {
        @Override
        public SourceStep at(SourceState state, Moment now) {
            return state.accepted(this);
        }
    }

    /** The destination does not take the pair; its copies are destroyed. */
    record Refused(ErrorCode code, String reason) implements SourceEvent {
        @Override
        public SourceStep at(SourceState state, Moment now) {
            return state.refused(this);
        }
    }

    /** A save helper asks whether pre-copy goes on. */
    record PolicyAsked(Member member, Lockstep.Count count) implements SourceEvent {
        @Override
        public SourceStep at(SourceState state, Moment now) {
            return state.policyAsked(this, now);
        }
    }

    /** A save helper asks for leave to suspend its domain. */
    record SuspendAsked(Member member) implements SourceEvent {
        @Override
        public SourceStep at(SourceState state, Moment now) {
            return state.suspendAsked(this);
        }
    }

    /** A save helper tried to suspend its domain and to pause it then. */
    record Suspended(Member member, boolean ok, boolean paused) implements SourceEvent {
        @Override
        public SourceStep at(SourceState state, Moment now) {
            return state.suspended(this);
        }
    }

    /** The guard's checks are parked. */
    record Prepared() implements SourceEvent {
        @Override
        public SourceStep at(SourceState state, Moment now) {
            return state.prepared(now);
        }
    }

    /**
     * dom0 has read the stopped target's counter and the guard has looked last and unmapped all.
     *
     * @param watched SHA-256 in hex of the pages that the guard judges, as it saw them
     * @param guardSequence sequence number of the request for that look, the last one of this host
     */
    record LookedLast(long counterAtStop, long counterGfn, String vmcoreinfo, String watched, long guardSequence)
            implements SourceEvent {
        @Override
        public SourceStep at(SourceState state, Moment now) {
            return state.lookedLast(this);
        }
    }

    /** A save returned well and its whole stream has left this host. */
    record Saved(Member member, StreamDigest digest) implements SourceEvent {
        @Override
        public SourceStep at(SourceState state, Moment now) {
            return state.saved(this);
        }
    }

    /** The guard has proven a look at the destination. */
    record PeerReady(ControlMessage.Ready ready) implements SourceEvent {
        @Override
        public SourceStep at(SourceState state, Moment now) {
            return state.peerReady(this);
        }
    }

    /**
     * The stopped target's CPU time was read again.
     *
     * @param ranNs how much more it is than at the stop, in nanoseconds; below 0 if there is nothing to compare it with
     */
    record StopChecked(long ranNs) implements SourceEvent {
        @Override
        public SourceStep at(SourceState state, Moment now) {
            return state.stopChecked(this);
        }
    }

    /** The target runs at the destination. */
    record PeerRunning(ControlMessage.Running running) implements SourceEvent {
        @Override
        public SourceStep at(SourceState state, Moment now) {
            return state.peerRunning();
        }
    }

    /** The control connection is lost. */
    record PeerLost(String reason) implements SourceEvent {
        @Override
        public SourceStep at(SourceState state, Moment now) {
            return state.peerLost(this);
        }
    }

    /** Something failed. */
    record Failed(ErrorCode code, String reason) implements SourceEvent {
        @Override
        public SourceStep at(SourceState state, Moment now) {
            return state.failed(this);
        }
    }

    /** An operator wants the migration to end. */
    record CancelAsked() implements SourceEvent {
        @Override
        public SourceStep at(SourceState state, Moment now) {
            return state.cancelAsked();
        }
    }

    /** Time has passed. */
    record Tick() implements SourceEvent {
        @Override
        public SourceStep at(SourceState state, Moment now) {
            return state.tick(now);
        }
    }

    /** The roll-back has ended. */
    record RolledBack(Result result, String detail) implements SourceEvent {

        /** How. */
        public enum Result {
            /** The pair runs on here, watched. */
            WATCHED,
            /** The same, but a suspend that the target has acknowledged may come late. */
            SUSPEND_PENDING,
            /** No look was proven; without one the target stays paused. */
            GUARD_LOST,
            /** The target does not exist here any more, so nothing of the pair can run. */
            GONE
        }

        @Override
        public SourceStep at(SourceState state, Moment now) {
            return state.rolledBack(this);
        }
    }

    /** A domain of the pair has suspended itself after the roll-back. */
    record SuspendCame() implements SourceEvent {
        @Override
        public SourceStep at(SourceState state, Moment now) {
            return state.suspendCame();
        }
    }

    /** The target has ended by itself or was destroyed: no suspend will come. */
    record SuspendOver() implements SourceEvent {
        @Override
        public SourceStep at(SourceState state, Moment now) {
            return state.suspendOver();
        }
    }

    /** The source's copies are destroyed. */
    record CleanedUp() implements SourceEvent {
        @Override
        public SourceStep at(SourceState state, Moment now) {
            return state.cleanedUp();
        }
    }

    /** The destination has nothing more to do. */
    record PeerClosed() implements SourceEvent {
        @Override
        public SourceStep at(SourceState state, Moment now) {
            return state.peerClosed();
        }
    }
}
