/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Holds both domains in pre-copy until what is left of both is predicted to fit into the downtime. Immutable: each question gives a new value.
 *
 * <p>A domain that is near is not asked to count again while its peer is far: a count of a PV guard reads all of its memory, on the same CPU
 * that sends the target. So its question stays unanswered, at most {@link #HOLD_MS}.
 */
public final class Lockstep {

    /** Longest time that a near domain's question stays unanswered while its peer is far, in milliseconds. */
    public static final long HOLD_MS = 5_000;

    private static final int FRAME_BYTES = 4096;

    private final PreCopyLimits limits;
    private final long startedMs;
    private final Map<Member, Count> counts;
    private final Map<Member, Long> pendingSinceMs;

    private Lockstep(
            PreCopyLimits limits, long startedMs, Map<Member, Count> counts, Map<Member, Long> pendingSinceMs) {
        this.limits = limits;
        this.startedMs = startedMs;
        this.counts = counts;
        this.pendingSinceMs = pendingSinceMs;
    }

    /** Returns the start: nothing is known of either domain. */
    public static Lockstep start(PreCopyLimits limits, long nowMs) {
        return new Lockstep(limits, nowMs, Map.of(), Map.of());
    }

    /**
     * Takes in a question of a save helper; it is pending from now on.
     *
     * @param count what libxc says of its next round
     */
    public Lockstep asked(Member member, Count count, long nowMs) {
        Map<Member, Count> newCounts = new EnumMap<>(Member.class);
        newCounts.putAll(counts);
        Count old = counts.get(member);
        newCounts.put(member, count.known() || old == null ? count : old.inRound(count.iteration()));
        Map<Member, Long> pending = new EnumMap<>(Member.class);
        pending.putAll(pendingSinceMs);
        pending.put(member, nowMs);
        return new Lockstep(limits, startedMs, newCounts, pending);
    }

    /** Forgets the pending question of {@code member}: it has been answered. */
    public Lockstep answered(Member member) {
        Map<Member, Long> pending = new EnumMap<>(Member.class);
        pending.putAll(pendingSinceMs);
        pending.remove(member);
        return new Lockstep(limits, startedMs, counts, pending);
    }

    /** Tells whether both helpers have asked at least once. */
    public boolean heardOfBoth() {
        return counts.size() == Member.values().length;
    }

    /** Tells whether {@code member} waits for an answer. */
    public boolean pending(Member member) {
        return pendingSinceMs.containsKey(member);
    }

    /**
     * Tells whether a pending question should be answered with "go on" now.
     *
     * @param bytesPerSecond measured rate of both streams together; 0 if not known yet
     */
    public boolean shouldContinue(Member member, double bytesPerSecond, long nowMs) {
        Long since = pendingSinceMs.get(member);
        if (since == null) {
            return false;
        }
        boolean peerIsFar = !near(member.other(), bytesPerSecond);
        boolean mayRest = near(member, bytesPerSecond) && peerIsFar && atEndOfRound(member);
        return !mayRest || nowMs - since >= HOLD_MS;
    }

    /** Tells whether all that is left of both is predicted to fit into the downtime, and a question is pending to be answered with "stop". */
    public boolean fits(double bytesPerSecond) {
        Optional<Long> predicted = predictedMs(bytesPerSecond);
        boolean freshCount = pendingSinceMs.keySet().stream().anyMatch(m -> !atEndOfRound(m));
        return predicted.isPresent() && predicted.get() <= limits.downtimeMs() && freshCount;
    }

    /** Tells whether the limit of rounds or of time is reached. */
    public boolean exhausted(long nowMs) {
        boolean rounds = counts.size() == Member.values().length
                && counts.values().stream().allMatch(c -> c.iteration() >= 1)
                && counts.values().stream().anyMatch(c -> c.iteration() >= limits.maxRounds());
        return rounds || nowMs - startedMs >= limits.timeoutMs();
    }

    /** Returns the limits. */
    public PreCopyLimits limits() {
        return limits;
    }

    /** Returns the predicted time to send what is left of both domains, in milliseconds; empty before both have sent all pages once. */
    public Optional<Long> predictedMs(double bytesPerSecond) {
        if (bytesPerSecond <= 0 || counts.size() < Member.values().length) {
            return Optional.empty();
        }
        if (counts.values().stream().anyMatch(c -> c.iteration() < 1 || !c.known())) {
            return Optional.empty();
        }
        return Optional.of(Math.round(pages() * FRAME_BYTES * 1000.0 / bytesPerSecond));
    }

    /** Returns the pages that are known to be left of {@code member}; -1 if not known. */
    public long pagesLeft(Member member) {
        Count count = counts.get(member);
        return count == null || !count.known() ? -1 : count.pages();
    }

    private double pages() {
        return counts.values().stream().mapToDouble(Count::pages).sum();
    }

    private boolean near(Member member, double bytesPerSecond) {
        Count count = counts.get(member);
        return count != null
                && count.known()
                && count.iteration() >= 1
                && bytesPerSecond > 0
                && count.pages() * FRAME_BYTES * 1000.0 / bytesPerSecond <= limits.downtimeMs();
    }

    private boolean atEndOfRound(Member member) {
        Count count = counts.get(member);
        return count == null || count.roundEnded();
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
