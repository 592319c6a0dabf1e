/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.vmcoupler.coupling.Lockstep;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.OnTimeout;
import org.vmcoupler.coupling.PreCopyLimits;
import org.vmcoupler.coupling.source.SourceEffect.Answer;
import org.vmcoupler.coupling.source.SourceEffect.PrepareGuard;
import org.vmcoupler.coupling.source.SourceEffect.Reply;
import org.vmcoupler.fault.ErrorCode;

/**
 * Both domains run and both streams flow.
 *
 * @param limits when it must end
 * @param lockstep what is known of both; empty before the first question
 */
public record PreCopy(PreCopyLimits limits, Optional<Lockstep> lockstep) implements SourceState {

    /** The name of this state. */
    public static final String PHASE = "pre-copy";

    PreCopy(PreCopyLimits limits) {
        this(limits, Optional.empty());
    }

    @Override
    public String phase() {
        return PHASE;
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
        if (known.fits(now.bytesPerSecond())) {
            return SourceStep.to(new Preparing(known), new PrepareGuard());
        }
        if (known.exhausted(now.nowMs())) {
            return exhausted(known, now);
        }
        List<SourceEffect> effects = new ArrayList<>();
        Lockstep next = known;
        for (Member member : Member.values()) {
            if (known.shouldContinue(member, now.bytesPerSecond(), now.nowMs())) {
                effects.add(new Answer(member, Reply.CONTINUE));
                next = next.answered(member);
            }
        }
        return new SourceStep(new PreCopy(limits, Optional.of(next)), effects);
    }

    private SourceStep exhausted(Lockstep known, Moment now) {
        if (limits.onTimeout() == OnTimeout.STOP) {
            return SourceStep.to(new Preparing(known), new PrepareGuard());
        }
        String predicted = known.predictedMs(now.bytesPerSecond())
                .map(ms -> "the last round would take " + ms + " ms")
                .orElse("not all memory has been sent once");
        return RollingBack.because(
                ErrorCode.NOT_CONVERGED,
                "Pre-copy reached its limit of " + limits.maxRounds() + " rounds or " + limits.timeoutMs() + " ms and "
                        + predicted + ", " + limits.downtimeMs() + " ms are allowed. Allow a longer --downtime,"
                        + " more --max-rounds or --timeout, or use --on-timeout stop.");
    }
}
