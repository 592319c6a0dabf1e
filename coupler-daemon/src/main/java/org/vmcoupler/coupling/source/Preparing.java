/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.vmcoupler.coupling.Lockstep;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.source.SourceEffect.Reply;

/**
 * Pre-copy is near enough; the guard parks its checks. Both domains still run; questions wait.
 *
 * @param lockstep knows which questions wait
 */
public record Preparing(Lockstep lockstep) implements SourceState {

    @Override
    public String phase() {
        return "prepare";
    }

    @Override
    public Optional<Wait> waitsFor(WaitLimits limits) {
        return Optional.of(new Wait("The guard did not park its checks", limits.prepareMs()));
    }

    @Override
    public SourceStep policyAsked(SourceEvent.PolicyAsked event, Moment now) {
        return SourceStep.to(new Preparing(lockstep.asked(event.member(), event.count(), now.nowMs())));
    }

    @Override
    public SourceStep prepared() {
        List<Member> waiting =
                Stream.of(Member.values()).filter(lockstep::pending).toList();
        return new SourceStep(new TargetStopping(false, false), SourceEffect.answers(waiting, Reply.STOP));
    }
}
