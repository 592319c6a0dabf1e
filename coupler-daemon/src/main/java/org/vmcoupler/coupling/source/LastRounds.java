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
import org.vmcoupler.coupling.source.SourceEffect.Reply;

/**
 * The guard's checks are parked, and both domains have written on meanwhile: both stop if what is left of them fits still, else a few more rounds
 * are sent, also beyond the limit of rounds or of time. If that does not help soon, the guard goes back to its checks and the pre-copy on, or it
 * ends at its limit.
 *
 * @param sinceMs when the guard was prepared
 */
public record LastRounds(Lockstep lockstep, long sinceMs) implements SourceState {

    /** Longest time for these rounds, in milliseconds: the checks wait for so long. */
    public static final long LIMIT_MS = 5_000;

    @Override
    public String phase() {
        return "last-rounds";
    }

    @Override
    public Looks looks() {
        return Looks.PARKED;
    }

    @Override
    public Optional<Lockstep> known() {
        return Optional.of(lockstep);
    }

    @Override
    public Optional<Wait> waitsFor(WaitLimits limits) {
        return Optional.empty();
    }

    @Override
    public SourceStep policyAsked(SourceEvent.PolicyAsked event, Moment now) {
        return new LastRounds(lockstep.asked(event.member(), event.count(), now.nowMs()), sinceMs).decide(now);
    }

    @Override
    public SourceStep tick(Moment now) {
        return decide(now);
    }

    SourceStep decide(Moment now) {
        boolean fits = lockstep.fits(now.bytesPerSecond(), now.nowMs());
        boolean exhausted = lockstep.exhausted(now.nowMs());
        if (fits || (exhausted && lockstep.limits().onTimeout() == OnTimeout.STOP)) {
            return new SourceStep(
                    new TargetStopping(false, false), SourceEffect.answers(lockstep.pending(), Reply.STOP));
        }
        if (now.nowMs() - sinceMs >= LIMIT_MS) {
            return exhausted
                    ? RollingBack.notConverged(lockstep, now)
                    : SourceStep.to(new PreCopy(lockstep.limits(), Optional.of(lockstep)));
        }
        List<Member> on = lockstep.toContinue(now.bytesPerSecond(), now.nowMs());
        LastRounds next = new LastRounds(lockstep.answered(on, now.nowMs()), sinceMs);
        return new SourceStep(next, SourceEffect.answers(on, Reply.CONTINUE));
    }
}
