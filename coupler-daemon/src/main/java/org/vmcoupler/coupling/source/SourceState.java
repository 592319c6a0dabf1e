/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.Optional;
import org.vmcoupler.coupling.Lockstep;
import org.vmcoupler.coupling.source.SourceEffect.Answer;
import org.vmcoupler.coupling.source.SourceEffect.Note;
import org.vmcoupler.coupling.source.SourceEffect.Reply;
import org.vmcoupler.fault.ErrorCode;

/**
 * One state of the source, with only the data that is valid in it. What a state does not override is the rule for all states before YIELD:
 * whatever fails, the source keeps the pair and rolls back; a question that no state expects ends its save.
 */
public sealed interface SourceState
        permits Offering,
                PreCopy,
                Preparing,
                LastRounds,
                TargetStopping,
                LastLook,
                GuardStopping,
                Draining,
                AwaitingReady,
                ConfirmingStop,
                Yielded,
                Cleaning,
                Closing,
                Settled {

    /** Returns the name for logs, reports and status. */
    String phase();

    /** Returns what this state waits for; empty if it waits for nobody, or, from YIELD on, without limit. */
    Optional<Wait> waitsFor(WaitLimits limits);

    /** Returns what is known of the rounds of a pre-copy; empty if this state has none. */
    default Optional<Lockstep> known() {
        return Optional.empty();
    }

    /** Tells who lets the guard look while this state lasts. */
    default Looks looks() {
        return Looks.OURS;
    }

    /** What the state waits for has not come in time. Only before YIELD: a passed deadline takes a permission away, and grants none. */
    default SourceStep overdue(Wait wait) {
        return RollingBack.because(ErrorCode.ROLLED_BACK, wait.sentence());
    }

    /** The destination accepted. */
    default SourceStep accepted(SourceEvent.Accepted event) {
        return unexpected("Accept");
    }

    /** The destination refused; its copies are destroyed. */
    default SourceStep refused(SourceEvent.Refused event) {
        return RollingBack.refused(event.code(), event.reason());
    }

    /** A helper asks whether pre-copy goes on. */
    default SourceStep policyAsked(SourceEvent.PolicyAsked event, Moment now) {
        return SourceStep.to(this, new Answer(event.member(), Reply.ABORT));
    }

    /** A helper asks for leave to suspend. */
    default SourceStep suspendAsked(SourceEvent.SuspendAsked event) {
        return SourceStep.to(this, new Answer(event.member(), Reply.ABORT));
    }

    /** A helper has suspended its domain, or failed to. */
    default SourceStep suspended(SourceEvent.Suspended event) {
        return SourceStep.to(this, new Answer(event.member(), Reply.ABORT));
    }

    /** The guard's checks are parked. */
    default SourceStep prepared(Moment now) {
        return unexpected("Prepared");
    }

    /** The guard looked last. */
    default SourceStep lookedLast(SourceEvent.LookedLast event) {
        return unexpected("LookedLast");
    }

    /** A save ended well. */
    default SourceStep saved(SourceEvent.Saved event) {
        return RollingBack.because(
                ErrorCode.INTERNAL, "The save of the " + event.member().word() + " ended in state " + phase() + ".");
    }

    /** The destination is ready. */
    default SourceStep peerReady(SourceEvent.PeerReady event) {
        return unexpected("Ready");
    }

    /** It was measured whether the target has stood still since its stop. */
    default SourceStep stopChecked(SourceEvent.StopChecked event) {
        return unexpected("StopChecked");
    }

    /** The target runs at the destination. */
    default SourceStep peerRunning() {
        return unexpected("Running");
    }

    /** The control connection is lost. */
    default SourceStep peerLost(SourceEvent.PeerLost event) {
        return RollingBack.because(
                ErrorCode.ROLLED_BACK, "The connection to the destination was lost: " + event.reason());
    }

    /** Something failed. */
    default SourceStep failed(SourceEvent.Failed event) {
        return RollingBack.because(event.code(), event.reason());
    }

    /** An operator cancels. */
    default SourceStep cancelAsked() {
        return RollingBack.because(ErrorCode.CANCELLED, "Cancelled by an operator.");
    }

    /** Time has passed. */
    default SourceStep tick(Moment now) {
        return SourceStep.to(this);
    }

    /** The roll-back has ended. */
    default SourceStep rolledBack(SourceEvent.RolledBack event) {
        return unexpected("RolledBack");
    }

    /** A suspend came after the roll-back. */
    default SourceStep suspendCame() {
        return unexpected("SuspendCame");
    }

    /** No suspend will come any more. */
    default SourceStep suspendOver() {
        return unexpected("SuspendOver");
    }

    /** The source's copies are gone. */
    default SourceStep cleanedUp() {
        return unexpected("CleanedUp");
    }

    /** The destination has closed the attempt. */
    default SourceStep peerClosed() {
        return unexpected("Closed");
    }

    private SourceStep unexpected(String what) {
        return SourceStep.to(this, new Note(what + " is not expected in state " + phase() + " and changes nothing"));
    }
}
