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
 * of the CPU. So both are counted anew, with nothing in the counts that was written before; then both stop if what is left of them fits, else a few
 * more rounds are sent, also beyond the limit of rounds or of time. If counting takes too long or the rounds do not help soon, the pre-copy goes on
 * with the guard at its checks, or ends at its limit.
 *
 * @param preparedMs when the guard was prepared
 * @param atLimit the limit of rounds or of time was reached then
 * @param countedMs when both had been counted anew; empty before
 */
public record LastRounds(Lockstep lockstep, long preparedMs, boolean atLimit, OptionalLong countedMs)
        implements SourceState {

    /** Longest time for these rounds once both are counted, in milliseconds: the checks wait for so long. */
    public static final long LIMIT_MS = 5_000;

    /** Longest time until both are counted, in milliseconds and without what is sent meanwhile: one count of a PV guard reads all of its memory. */
    public static final long COUNT_LIMIT_MS = 30_000;

    /** A count with nothing from before takes two rounds, of which each has what fits into the budget for the downtime. */
    private static final int ROUNDS_OF_A_COUNT = 2;

    static LastRounds start(Lockstep lockstep, long nowMs) {
        return new LastRounds(lockstep, nowMs, lockstep.exhausted(nowMs), OptionalLong.empty());
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
        return Optional.empty();
    }

    @Override
    public SourceStep policyAsked(SourceEvent.PolicyAsked event, Moment now) {
        return with(lockstep.asked(event.member(), event.count(), now.nowMs()), countedMs)
                .decide(now);
    }

    @Override
    public SourceStep tick(Moment now) {
        return decide(now);
    }

    SourceStep decide(Moment now) {
        if (atLimit && lockstep.limits().onTimeout() == OnTimeout.STOP) {
            return stop();
        }
        List<Member> toCount = lockstep.notCountedSince(preparedMs);
        if (!toCount.isEmpty()) {
            return now.nowMs() - preparedMs < countLimitMs() ? count(toCount, now) : giveUp(now);
        }
        if (lockstep.fits(now.bytesPerSecond(), now.nowMs())) {
            return stop();
        }
        long sinceMs = countedMs.orElse(now.nowMs());
        return now.nowMs() - sinceMs < LIMIT_MS ? send(sinceMs, now) : giveUp(now);
    }

    private long countLimitMs() {
        return COUNT_LIMIT_MS + ROUNDS_OF_A_COUNT * lockstep.limits().downtimeMs();
    }

    private SourceStep stop() {
        return new SourceStep(new TargetStopping(false, false), SourceEffect.answers(lockstep.pending(), Reply.STOP));
    }

    /** The next step of both begins at the same time, so that their counts are of about the same time. */
    private SourceStep count(List<Member> toCount, Moment now) {
        List<Member> pending = lockstep.pending();
        boolean both = pending.size() == Member.values().length;
        return goOn(both ? toCount : List.of(), countedMs, now);
    }

    private SourceStep send(long sinceMs, Moment now) {
        return goOn(lockstep.toContinue(now.bytesPerSecond(), now.nowMs()), OptionalLong.of(sinceMs), now);
    }

    private SourceStep goOn(List<Member> members, OptionalLong counted, Moment now) {
        return new SourceStep(
                with(lockstep.answered(members, now.nowMs()), counted), SourceEffect.answers(members, Reply.CONTINUE));
    }

    private SourceStep giveUp(Moment now) {
        boolean ends = lockstep.exhausted(now.nowMs()) && lockstep.limits().onTimeout() == OnTimeout.CANCEL;
        if (ends) {
            return RollingBack.notConverged(lockstep, now);
        }
        return SourceStep.to(new PreCopy(lockstep.limits(), Optional.of(lockstep)));
    }

    private LastRounds with(Lockstep next, OptionalLong counted) {
        return new LastRounds(next, preparedMs, atLimit, counted);
    }
}
