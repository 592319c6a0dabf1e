/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.Optional;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.source.SourceEffect.Answer;
import org.vmcoupler.coupling.source.SourceEffect.LookLast;
import org.vmcoupler.coupling.source.SourceEffect.RecordStopping;
import org.vmcoupler.coupling.source.SourceEffect.Reply;
import org.vmcoupler.fault.ErrorCode;

/**
 * Pre-copy of both ends; the target is suspended first.
 *
 * @param guardWaits the guard's helper has asked for leave to suspend
 * @param told the target's helper has that leave
 */
public record TargetStopping(boolean guardWaits, boolean told) implements SourceState {

    @Override
    public String phase() {
        return "target-stop";
    }

    @Override
    public Looks looks() {
        return Looks.IF_IT_RUNS;
    }

    @Override
    public Optional<Wait> waitsFor(WaitLimits limits) {
        return Optional.of(
                told
                        ? new Wait("The target did not suspend", limits.suspendMs())
                        : new Wait("The target's save did not come to its last round", limits.restMs()));
    }

    @Override
    public SourceStep policyAsked(SourceEvent.PolicyAsked event, Moment now) {
        return SourceStep.to(this, new Answer(event.member(), Reply.STOP));
    }

    @Override
    public SourceStep suspendAsked(SourceEvent.SuspendAsked event) {
        if (event.member() == Member.GUARD) {
            return SourceStep.to(new TargetStopping(true, told));
        }
        return SourceStep.to(
                new TargetStopping(guardWaits, true), new RecordStopping(), new Answer(Member.TARGET, Reply.SUSPEND));
    }

    @Override
    public SourceStep suspended(SourceEvent.Suspended event) {
        if (event.member() != Member.TARGET) {
            return RollingBack.because(ErrorCode.INTERNAL, "The guard was suspended before the target.");
        }
        if (!event.ok() || !event.paused()) {
            return RollingBack.because(
                    ErrorCode.ROLLED_BACK,
                    event.ok() ? "The suspended target could not be paused." : "The target did not suspend in time.");
        }
        return SourceStep.to(LastLook.start(guardWaits), new Answer(Member.TARGET, Reply.OK), new LookLast());
    }
}
