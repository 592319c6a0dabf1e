/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guardlink;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Xenstore;
import org.vmcoupler.time.Poll;

/**
 * The conversation with the agent of one guard domain. Thread-safe; requests to one guard go one after the other, in the order of their callers, and
 * a caller waits for those before it no longer than its own deadline. Nothing has to be made beforehand: libxl gives every domain a {@code data} node that the domain itself may write below, and the
 * agent makes its reply there. Source: Xen tools/libs/light/libxl_create.c, libxl__domain_make ({@code rwperm}).
 */
public final class GuardLink {

    /** Most frames that a target may have: 1 TiB, as much as an agent maps. */
    public static final long FRAMES_MAX = 1L << 28;

    /** Highest sequence number, which every JSON reader holds exactly. */
    public static final long SEQUENCE_MAX = (1L << 53) - 1;

    /** Pause between two looks at the reply after a stray one; the first wait is by watch. */
    private static final Duration STRAY_POLL = Duration.ofMillis(5);

    /** So often a wait for a reply looks whether the guard is still there. */
    private static final Duration LIFE_POLL = Duration.ofMillis(250);

    private static final Pattern MIGRATION = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final Xenstore xenstore;
    private final Domid guard;
    private final String home;
    private final BooleanSupplier ended;
    private final AtomicLong sequence;

    /** Fair: whoever asks often, such as a loop of {@code vmcoupler pairs}, must not keep a look from its turn. */
    private final ReentrantLock turn = new ReentrantLock(true);

    /**
     * Links to a guard. Reads the last request that was written to it, so that sequence numbers go on where another daemon process stopped. An
     * agent takes its memory of done requests along when its domain moves, and the new domain's nodes are empty: so the source's last number
     * travels with the pair. Nothing here follows a clock, as those of two hosts differ.
     *
     * @param ended tells whether the guard can answer no more, so that nobody waits for it; any thread
     * @param doneBefore no request has this number or a lower one; 0 to {@link #SEQUENCE_MAX}, 0 for a guard that has not come from elsewhere
     */
    public GuardLink(Xenstore xenstore, Domid guard, BooleanSupplier ended, long doneBefore) {
        checkSequence(doneBefore);
        this.xenstore = xenstore;
        this.guard = guard;
        this.home = "/local/domain/" + guard;
        this.ended = ended;
        long last = xenstore.read(requestPath()).map(GuardWire::sequenceOf).orElse(0L);
        this.sequence = new AtomicLong(Math.max(last, doneBefore));
    }

    /** Returns the sequence number of the last request, by whomever it was made; 0 if there was none. */
    public long lastSequence() {
        return sequence.get();
    }

    /** Gives no number up to {@code doneBefore} from now on; see the constructor. */
    void goOnAfter(long doneBefore) {
        checkSequence(doneBefore);
        sequence.accumulateAndGet(doneBefore, Math::max);
    }

    private static void checkSequence(long doneBefore) {
        if (doneBefore < 0 || doneBefore > SEQUENCE_MAX) {
            throw new IllegalArgumentException("a sequence number is not in 0..2^53-1: " + doneBefore);
        }
    }

    /**
     * Returns what {@code task} returns, while nobody else speaks to this guard: for a challenge, whose value stays planted in the target until it is
     * answered, and which another one would overwrite.
     *
     * @param deadline for the wait for others and the task together
     * @param task gets what is left of the deadline
     * @throws GuardSilent others spoke to the guard for all that time; nothing was done
     */
    public <T> T alone(Duration deadline, Function<Duration, T> task) {
        long end = System.nanoTime() + deadline.toNanos();
        if (!awaitTurn(deadline)) {
            throw new GuardSilent("Guard " + guard + " was asked by others for " + deadline.toMillis()
                    + " ms, and did not answer them.");
        }
        try {
            return task.apply(rest(end));
        } finally {
            turn.unlock();
        }
    }

    private boolean awaitTurn(Duration deadline) {
        try {
            return turn.tryLock(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A request that was written and whose reply is awaited. */
    public record Asked<R extends GuardReply>(String mid, long sequence, GuardRequest<R> request) {}

    /**
     * Returns the agent's reply to {@code request}. Blocks until it is there, at most {@code deadline}, in which others are waited for too.
     *
     * @param mid the migration's id, or the pair's outside one: 1 to 64 letters, digits and . _ -
     * @throws GuardFailure the agent refused or failed, or its reply breaks the protocol
     * @throws GuardSilent no reply in time, and the agent may still do it later; or its domain has ended
     */
    public <R extends GuardReply> R request(String mid, GuardRequest<R> request, Duration deadline) {
        return alone(deadline, left -> awaitReply(writeInAdvance(mid, request, Map.of()), left));
    }

    /**
     * Writes a request to a guard that does not run yet, and further nodes of its domain in the same transaction, so that the agent finds all of it
     * when it wakes. Only inside {@link #alone}, if anybody else may speak to the guard.
     *
     * @param extraNodes values by path below the domain's own, such as {@code target}; readable by the guard
     */
    public <R extends GuardReply> Asked<R> writeInAdvance(
            String mid, GuardRequest<R> request, Map<String, String> extraNodes) {
        if (!MIGRATION.matcher(mid).matches()) {
            throw new IllegalArgumentException("a migration id is 1 to 64 letters, digits and . _ -");
        }
        if (sequence.get() >= SEQUENCE_MAX) {
            throw new IllegalStateException("guard " + guard + " has had all sequence numbers");
        }
        xenstore.remove(replyPath());
        long number = sequence.incrementAndGet();
        Map<String, String> nodes = new LinkedHashMap<>();
        extraNodes.forEach((name, value) -> nodes.put(home + "/" + name, value));
        nodes.put(requestPath(), GuardWire.write(mid, number, request));
        xenstore.writeAll(nodes, Optional.of(guard));
        return new Asked<>(mid, number, request);
    }

    /**
     * Returns the reply to a request written before. Blocks until it is there, at most {@code deadline}; other than {@link #request} it lets
     * requests of other threads pass, which then take this one's reply away.
     *
     * @throws GuardFailure as in {@link #request}
     * @throws GuardSilent as in {@link #request}
     */
    public <R extends GuardReply> R awaitReply(Asked<R> asked, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        GuardWire wire = new GuardWire("guard " + guard + ", " + asked.request().operation());
        Optional<R> reply = awaitFirst(end).flatMap(text -> wire.read(text, asked));
        if (reply.isPresent()) {
            return reply.get();
        }
        // A stray reply is left where it is: removing it could take away the right one that was written in between.
        return Poll.value(
                        () -> xenstore.read(replyPath()).flatMap(text -> wire.read(text, asked)),
                        ended.getAsBoolean() ? Duration.ZERO : rest(end),
                        STRAY_POLL)
                .orElseThrow(() -> silent(asked, deadline));
    }

    /** Returns the first reply, whatever it is; empty at the end of the time, or of the guard. */
    private Optional<String> awaitFirst(long end) {
        Optional<String> reply = Optional.empty();
        while (reply.isEmpty() && System.nanoTime() - end < 0 && !ended.getAsBoolean()) {
            Duration rest = rest(end);
            reply = xenstore.await(replyPath(), rest.compareTo(LIFE_POLL) < 0 ? rest : LIFE_POLL);
        }
        return reply;
    }

    private GuardSilent silent(Asked<?> asked, Duration deadline) {
        String operation = asked.request().operation();
        return new GuardSilent(
                ended.getAsBoolean()
                        ? "Guard " + guard + " has ended and does not answer \"" + operation + "\"."
                        : "The agent of guard " + guard + " did not answer \"" + operation + "\" within "
                                + deadline.toMillis() + " ms.");
    }

    private static Duration rest(long end) {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    private String requestPath() {
        return home + "/vmcoupler/request";
    }

    private String replyPath() {
        return home + "/data/vmcoupler/reply";
    }
}
