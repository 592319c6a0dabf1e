/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.List;
import java.util.Optional;
import org.vmcoupler.coupling.Lockstep;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.OnTimeout;
import org.vmcoupler.coupling.PreCopyLimits;
import org.vmcoupler.coupling.source.SourceEffect.PrepareGuard;
import org.vmcoupler.coupling.source.SourceEffect.Reply;

/**
 * Both domains run and both streams flow.
 *
 * @param limits when it must end
 * @param lockstep what is known of both; empty before the first question
 */
public record PreCopy(PreCopyLimits limits, Optional<Lockstep> lockstep) implements SourceState {

    PreCopy(PreCopyLimits limits) {
        this(limits, Optional.empty());
    }

    @Override
    public String phase() {
        return "pre-copy";
    }

    @Override
    public Looks looks() {
        return Looks.AS_EVER;
    }

    @Override
    public Optional<Lockstep> known() {
        return lockstep;
    }

    @Override
    public Optional<Wait> waitsFor(WaitLimits limits) {
        return lockstep.filter(Lockstep::heardOfBoth).isPresent()
                ? Optional.empty()
                : Optional.of(new Wait("The save helpers did not both begin to send", limits.startMs()));
    }

    @Override
    public SourceStep policyAsked(SourceEvent.PolicyAsked event, Moment now) {
        Lockstep known = lockstep.orElseGet(() -> Lockstep.start(limits, now.nowMs()));
        return decide(known.asked(event.member(), event.count(), now.nowMs()), now);
    }

    @Override
    public SourceStep tick(Moment now) {
        return lockstep.map(l -> decide(l, now)).orElseGet(() -> SourceStep.to(this));
    }

    private SourceStep decide(Lockstep known, Moment now) {
        if (known.fits(now.bytesPerSecond(), now.nowMs())) {
            return SourceStep.to(new Preparing(known), new PrepareGuard());
        }
        if (known.exhausted(now.nowMs())) {
            return limits.onTimeout() == OnTimeout.STOP
                    ? SourceStep.to(new Preparing(known), new PrepareGuard())
                    : RollingBack.notConverged(known, now);
        }
        List<Member> on = known.toContinue(now.bytesPerSecond(), now.nowMs());
        PreCopy next = new PreCopy(limits, Optional.of(known.answered(on, now.nowMs())));
        return new SourceStep(next, SourceEffect.answers(on, Reply.CONTINUE));
    }
}
