/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.Optional;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.source.SourceEffect.Answer;
import org.vmcoupler.coupling.source.SourceEffect.Reply;

/**
 * The target is stopped; the guard looks once more and unmaps everything.
 *
 * @param guardWaits the guard's helper has asked for leave to suspend
 * @param sent what has left this host already
 */
public record LastLook(boolean guardWaits, SentStreams sent) implements SourceState {

    static LastLook start(boolean guardWaits) {
        return new LastLook(guardWaits, SentStreams.NONE);
    }

    @Override
    public String phase() {
        return "last-look";
    }

    @Override
    public Optional<Wait> waitsFor(WaitLimits limits) {
        return Optional.of(new Wait("The guard did not take its last look", limits.lookMs()));
    }

    @Override
    public SourceStep policyAsked(SourceEvent.PolicyAsked event, Moment now) {
        return SourceStep.to(this, new Answer(event.member(), Reply.STOP));
    }

    @Override
    public SourceStep suspendAsked(SourceEvent.SuspendAsked event) {
        if (event.member() == Member.TARGET) {
            return SourceState.super.suspendAsked(event);
        }
        return SourceStep.to(new LastLook(true, sent));
    }

    @Override
    public SourceStep saved(SourceEvent.Saved event) {
        return SourceStep.to(new LastLook(guardWaits, sent.with(event)));
    }

    @Override
    public SourceStep lookedLast(SourceEvent.LookedLast event) {
        GuardStopping next = new GuardStopping(event, sent, guardWaits);
        return guardWaits ? SourceStep.to(next, new Answer(Member.GUARD, Reply.SUSPEND)) : SourceStep.to(next);
    }
}
