/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.vmcoupler.coupling.Lockstep;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.OnTimeout;
import org.vmcoupler.coupling.source.SourceEffect.Reply;

/**
 * The guard's checks are parked. What a domain wrote before, or while the guard prepared, does not tell what it will write now: it has more or less
 * of the CPU. So both are counted again; then both stop if what is left of them fits, else a few more rounds are sent, also beyond the limit of
 * rounds or of time. If that does not help soon, the guard goes back to its checks and the pre-copy on, or it ends at its limit.
 *
 * @param preparedMs when the guard was prepared
 * @param countedMs when both had been counted since; empty before
 */
public record LastRounds(Lockstep lockstep, long preparedMs, OptionalLong countedMs) implements SourceState {

    /** Longest time for these rounds once both are counted, in milliseconds: the checks wait for so long. */
    public static final long LIMIT_MS = 5_000;

    LastRounds(Lockstep lockstep, long preparedMs) {
        this(lockstep, preparedMs, OptionalLong.empty());
    }

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
        return countedMs.isPresent()
                ? Optional.empty()
                : Optional.of(new Wait("The save helpers did not both count again", limits.startMs()));
    }

    @Override
    public SourceStep policyAsked(SourceEvent.PolicyAsked event, Moment now) {
        return with(lockstep.asked(event.member(), event.count(), now.nowMs())).decide(now);
    }

    @Override
    public SourceStep tick(Moment now) {
        return decide(now);
    }

    SourceStep decide(Moment now) {
        boolean exhausted = lockstep.exhausted(now.nowMs());
        if (exhausted && lockstep.limits().onTimeout() == OnTimeout.STOP) {
            return stop();
        }
        List<Member> toCount = lockstep.notCountedSince(preparedMs);
        if (!toCount.isEmpty()) {
            return goOn(lockstep.pending().stream().filter(toCount::contains).toList(), now);
        }
        if (lockstep.fits(now.bytesPerSecond(), now.nowMs())) {
            return stop();
        }
        if (countedMs.isEmpty()) {
            return new LastRounds(lockstep, preparedMs, OptionalLong.of(now.nowMs())).send(now);
        }
        if (now.nowMs() - countedMs.getAsLong() < LIMIT_MS) {
            return send(now);
        }
        return exhausted
                ? RollingBack.notConverged(lockstep, now)
                : SourceStep.to(new PreCopy(lockstep.limits(), Optional.of(lockstep)));
    }

    private SourceStep stop() {
        return new SourceStep(new TargetStopping(false, false), SourceEffect.answers(lockstep.pending(), Reply.STOP));
    }

    private SourceStep send(Moment now) {
        return goOn(lockstep.toContinue(now.bytesPerSecond(), now.nowMs()), now);
    }

    private SourceStep goOn(List<Member> members, Moment now) {
        return new SourceStep(
                with(lockstep.answered(members, now.nowMs())), SourceEffect.answers(members, Reply.CONTINUE));
    }

    private LastRounds with(Lockstep next) {
        return new LastRounds(next, preparedMs, countedMs);
    }
}
