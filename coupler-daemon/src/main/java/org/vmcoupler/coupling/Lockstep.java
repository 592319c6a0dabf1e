/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Holds both domains in pre-copy until what their last rounds would have is predicted to fit into the downtime. Immutable: each question gives a
 * new value. All times are milliseconds on one steady clock.
 *
 * <p>A domain that has sent all of its memory once waits until its peer has, and then until what its peer has written since is counted: a round more
 * would only take the path and the CPU from its peer's.
 *
 * <p>A domain that is near is not asked to count again while its peer is far: a count of a PV guard reads all of its memory, on the same CPU
 * that sends the target. So its question stays unanswered, at most {@link #HOLD_MS}. When both are near, the one that was counted first waits as
 * long for the other: only counts of about the same time show that both fit.
 */
public final class Lockstep {

    /** Longest time that a near domain's question stays unanswered while its peer is far or is being counted, in milliseconds. */
    public static final long HOLD_MS = 5_000;

    private final PreCopyLimits limits;
    private final long startedMs;
    private final Map<Member, Rounds> rounds;

    private Lockstep(PreCopyLimits limits, long startedMs, Map<Member, Rounds> rounds) {
        this.limits = limits;
        this.startedMs = startedMs;
        this.rounds = rounds;
    }

    /** Returns the start: nothing is known of either domain. */
    public static Lockstep start(PreCopyLimits limits, long nowMs) {
        return new Lockstep(limits, nowMs, Map.of());
    }

    /**
     * Takes in a question of a save helper; it is pending from now on.
     *
     * @param count what libxc says of its next round
     */
    public Lockstep asked(Member member, Count count, long nowMs) {
        Rounds old = rounds.get(member);
        return with(member, old == null ? Rounds.first(count, nowMs) : old.asked(count, nowMs));
    }

    /** Takes in that the pending questions of {@code members} have been answered with "go on". */
    public Lockstep answered(List<Member> members, long nowMs) {
        Lockstep next = this;
        for (Member member : members) {
            Rounds old = rounds.get(member);
            next = old == null ? next : next.with(member, old.answered(nowMs));
        }
        return next;
    }

    private Lockstep with(Member member, Rounds its) {
        Map<Member, Rounds> next = new EnumMap<>(Member.class);
        next.putAll(rounds);
        next.put(member, its);
        return new Lockstep(limits, startedMs, next);
    }

    /** Tells whether both helpers have asked at least once. */
    public boolean heardOfBoth() {
        return rounds.size() == Member.values().length;
    }

    /** Returns whose helpers wait for an answer. */
    public List<Member> pending() {
        return Stream.of(Member.values())
                .filter(member ->
                        rounds.containsKey(member) && rounds.get(member).pending())
                .toList();
    }

    /** Returns the rounds that are being sent, by their numbers: those that were let go and are not known to have ended. */
    public Map<Member, Integer> sending() {
        Map<Member, Integer> sending = new EnumMap<>(Member.class);
        rounds.forEach((member, its) -> {
            if (its.sending()) {
                sending.put(member, its.count().iteration());
            }
        });
        return sending;
    }

    /**
     * Returns whose pending questions should be answered with "go on" now.
     *
     * @param bytesPerSecond measured rate of both streams together; 0 if not known yet
     */
    public List<Member> toContinue(double bytesPerSecond, long nowMs) {
        return pending().stream()
                .filter(member -> !mayRest(member, bytesPerSecond, nowMs))
                .toList();
    }

    private boolean mayRest(Member member, double bytesPerSecond, long nowMs) {
        Rounds its = rounds.get(member);
        Rounds peer = rounds.get(member.other());
        if (its == null) {
            return false;
        }
        if (its.ended() && (peer == null || peer.sendsAll() || (its.settled() && !peer.settled()))) {
            return true;
        }
        long since = its.pendingSinceMs().orElse(nowMs);
        return near(its, bytesPerSecond) && waitsForPeer(its, peer, bytesPerSecond) && nowMs - since < HOLD_MS;
    }

    private boolean waitsForPeer(Rounds its, @Nullable Rounds peer, double bytesPerSecond) {
        if (peer == null || !near(peer, bytesPerSecond)) {
            return its.ended();
        }
        return its.ended() ? !peer.pending() : !peer.fresh();
    }

    /** Tells whether the last rounds of both are predicted to fit into the downtime, and a count of one of them is new. */
    public boolean fits(double bytesPerSecond, long nowMs) {
        Optional<Long> predicted = predictedMs(bytesPerSecond, nowMs);
        return predicted.isPresent()
                && predicted.get() <= limits.downtimeMs()
                && rounds.values().stream().anyMatch(Rounds::fresh);
    }

    /** Returns whose newest count has something in it that was written before {@code sinceMs}, or is not known. */
    public List<Member> notCountedSince(long sinceMs) {
        return Stream.of(Member.values())
                .filter(member -> {
                    Rounds its = rounds.get(member);
                    return its == null || !its.countedSince(sinceMs);
                })
                .toList();
    }

    /** Tells whether both have sent all of their memory once. */
    public boolean sentAllOnce() {
        return heardOfBoth() && rounds.values().stream().noneMatch(Rounds::sendsAll);
    }

    /** Tells whether the limit of rounds or of time is reached. */
    public boolean exhausted(long nowMs) {
        boolean tooMany = heardOfBoth()
                && rounds.values().stream().allMatch(Rounds::settled)
                && rounds.values().stream().anyMatch(r -> r.count().iteration() >= limits.maxRounds());
        return tooMany || nowMs - startedMs >= limits.timeoutMs();
    }

    /** Returns the limits. */
    public PreCopyLimits limits() {
        return limits;
    }

    /**
     * Returns the predicted time to send the last rounds of both domains if pre-copy ended now, in milliseconds; empty before both have sent all
     * pages once. The rounds that are counted already are sent before, over one path. What a domain writes while it suspends itself, and the guard
     * while it looks last, is not in it.
     */
    public Optional<Long> predictedMs(double bytesPerSecond, long nowMs) {
        if (bytesPerSecond <= 0 || !heardOfBoth() || !rounds.values().stream().allMatch(Rounds::settled)) {
            return Optional.empty();
        }
        long unsent = rounds.values().stream().mapToLong(Rounds::unsent).sum();
        double stopMs = nowMs + Rounds.sendMs(unsent, bytesPerSecond);
        long pages =
                rounds.values().stream().mapToLong(r -> r.pagesAtStop(stopMs)).sum();
        return Optional.of(Math.round(Rounds.sendMs(pages, bytesPerSecond)));
    }

    /** Returns the pages that are known to be left of {@code member} after its first round; -1 if not known. */
    public long pagesLeft(Member member) {
        Rounds its = rounds.get(member);
        return its == null || !its.settled() ? -1 : its.count().pages();
    }

    private boolean near(Rounds its, double bytesPerSecond) {
        return its.settled()
                && bytesPerSecond > 0
                && Rounds.sendMs(its.count().pages(), bytesPerSecond) <= limits.downtimeMs();
    }

    /**
     * What libxc says when it asks.
     *
     * @param iteration rounds that are complete
     * @param dirtyPages pages of the coming round; -1 directly after a round, when nothing is counted
     * @param deferredPages pages that will be sent in the last round in any case
     * @param roundEnded asked directly after a round: a "stop" now skips the coming round
     */
    public record Count(int iteration, long dirtyPages, long deferredPages, boolean roundEnded) {

        /** Makes the count out of a question: a negative {@code dirtyPages} is asked directly after a round. */
        public static Count of(int iteration, long dirtyPages, long deferredPages) {
            return new Count(iteration, dirtyPages, deferredPages, dirtyPages < 0);
        }

        boolean known() {
            return dirtyPages >= 0;
        }

        long pages() {
            return dirtyPages + deferredPages;
        }

        Count inRound(int newIteration) {
            return new Count(newIteration, dirtyPages, deferredPages, true);
        }
    }
}
