/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.Optional;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.source.SourceEffect.Answer;
import org.vmcoupler.coupling.source.SourceEffect.Reply;
import org.vmcoupler.fault.ErrorCode;

/**
 * The guard has unmapped everything and is suspended now.
 *
 * @param look the last look
 * @param sent what has left this host already
 * @param told the guard's helper has leave to suspend it
 */
public record GuardStopping(SourceEvent.LookedLast look, SentStreams sent, boolean told) implements SourceState {

    @Override
    public String phase() {
        return "guard-stop";
    }

    @Override
    public Optional<Wait> waitsFor(WaitLimits limits) {
        return Optional.of(
                told
                        ? new Wait("The guard did not suspend", limits.suspendMs())
                        : new Wait("The guard's save did not come to its last round", limits.restMs()));
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
        return SourceStep.to(new GuardStopping(look, sent, true), new Answer(Member.GUARD, Reply.SUSPEND));
    }

    @Override
    public SourceStep saved(SourceEvent.Saved event) {
        return SourceStep.to(new GuardStopping(look, sent.with(event), told));
    }

    @Override
    public SourceStep suspended(SourceEvent.Suspended event) {
        if (event.member() != Member.GUARD) {
            return SourceState.super.suspended(event);
        }
        if (!event.ok() || !event.paused()) {
            return RollingBack.because(
                    ErrorCode.ROLLED_BACK,
                    event.ok() ? "The suspended guard could not be paused." : "The guard did not suspend in time.");
        }
        return SourceStep.to(new Draining(look, sent), new Answer(Member.GUARD, Reply.OK));
    }
}
