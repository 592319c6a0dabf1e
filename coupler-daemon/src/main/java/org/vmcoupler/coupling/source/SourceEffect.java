/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.List;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.Decision;
import org.vmcoupler.control.StreamDigest;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.fault.ErrorCode;

/** Something to be done at the source. */
public sealed interface SourceEffect {

    /** Tells whether it is a record, without which no later effect of the same step may be carried out. */
    default boolean durable() {
        return false;
    }

    /**
     * Makes the decision durable before any later effect of the same step.
     *
     * @param peerRefused the destination's REFUSE for this attempt is in hand
     */
    record Decide(Decision decision, boolean peerRefused) implements SourceEffect {
        @Override
        public boolean durable() {
            return true;
        }
    }

    /** Makes durable that from here on domains of this attempt are asked to suspend. */
    record RecordStopping() implements SourceEffect {
        @Override
        public boolean durable() {
            return true;
        }
    }

    /** Makes durable that nothing is left to roll back here. */
    record RecordRunning() implements SourceEffect {
        @Override
        public boolean durable() {
            return true;
        }
    }

    /** Makes durable that nothing more is to be done for this attempt at all. */
    record CloseAttempt() implements SourceEffect {
        @Override
        public boolean durable() {
            return true;
        }
    }

    /** Gives the pair back, so that another attempt may begin. */
    record FreePair() implements SourceEffect {}

    /** Starts both saves and connects both streams. */
    record StartSaves(ControlMessage.Accept accept) implements SourceEffect {}

    /** Answers the pending question of a save helper. */
    record Answer(Member member, Reply reply) implements SourceEffect {}

    /** Asks the guard to park its checks; gives {@link SourceEvent.Prepared}. */
    record PrepareGuard() implements SourceEffect {}

    /** Reads the stopped target's counter and lets the guard look last; gives {@link SourceEvent.LookedLast}. */
    record LookLast() implements SourceEffect {}

    /** Tells the destination that both are stopped and sent. */
    record SendStopped(StreamDigest target, StreamDigest guard, SourceEvent.LookedLast look) implements SourceEffect {}

    /** Reads the stopped target's CPU time; gives {@link SourceEvent.StopChecked}. */
    record CheckStop() implements SourceEffect {}

    /** Gives the pair up to the destination, as often as needed. */
    record SendYield() implements SourceEffect {}

    /** Tells the destination, as often as needed, that the source keeps the pair. */
    record SendKeep(String reason) implements SourceEffect {}

    /** Ends the saves and lets the pair run on here, watched; gives {@link SourceEvent.RolledBack}. */
    record RollBack() implements SourceEffect {}

    /** Watches for a suspend that may come late; gives {@link SourceEvent.SuspendCame} or {@link SourceEvent.SuspendOver}. */
    record WatchForSuspend() implements SourceEffect {}

    /** Destroys the guard, then the target, until both are gone; gives {@link SourceEvent.CleanedUp}. */
    record CleanUp() implements SourceEffect {}

    /** Sends the report to the destination, as often as needed. */
    record SendDone() implements SourceEffect {}

    /** Gives the operator the report. */
    record Finish(Outcome outcome) implements SourceEffect {}

    /** Writes something to the log. */
    record Note(String text) implements SourceEffect {}

    /** Answers to a save helper. */
    enum Reply {
        /** Go on. */
        OK,
        /** Send another round. */
        CONTINUE,
        /** End pre-copy. */
        STOP,
        /** Suspend the domain. */
        SUSPEND,
        /** End the save; the domain runs on. */
        ABORT
    }

    /**
     * How a migration ended.
     *
     * @param completed the pair runs at the destination
     * @param code why not, if not
     * @param reason sentences for the operator
     */
    record Outcome(boolean completed, ErrorCode code, String reason) {}

    /** Makes a list of answers. */
    static List<SourceEffect> answers(List<Member> members, Reply reply) {
        return members.stream().<SourceEffect>map(m -> new Answer(m, reply)).toList();
    }
}
