/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vmcoupler.journal.Samples.ATTEMPT;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vmcoupler.control.Decision;
import org.vmcoupler.coupling.Member;

/** Which record may follow which. */
class StepTest {

    private static final UUID NEXT = new UUID(0x1111, 2);
    private static final JournalRecord KEEP = new JournalRecord.Keep(ATTEMPT, "cancelled", false);
    private static final JournalRecord KEEP_REFUSED = new JournalRecord.Keep(ATTEMPT, "refused there", true);
    private static final JournalRecord YIELD = new JournalRecord.Yield(ATTEMPT, "");
    private static final JournalRecord TAKE = new JournalRecord.Take(ATTEMPT);
    private static final JournalRecord REFUSE = new JournalRecord.Refuse(ATTEMPT, "no look");
    private static final JournalRecord RUNNING = new JournalRecord.Running(ATTEMPT);
    private static final JournalRecord STOPPING = new JournalRecord.Stopping(ATTEMPT);
    private static final JournalRecord HELD = Samples.held();
    private static final JournalRecord CLOSED = new JournalRecord.Closed(ATTEMPT);

    static List<Arguments> allowed() {
        return List.of(
                Arguments.of(Role.SOURCE, List.of(KEEP, CLOSED), Decision.KEEP),
                Arguments.of(Role.SOURCE, List.of(YIELD), Decision.YIELD),
                Arguments.of(Role.SOURCE, List.of(STOPPING, KEEP, RUNNING, CLOSED), Decision.KEEP),
                Arguments.of(Role.SOURCE, List.of(STOPPING, YIELD, KEEP_REFUSED, RUNNING), Decision.KEEP),
                Arguments.of(Role.SOURCE, List.of(YIELD, KEEP_REFUSED, CLOSED), Decision.KEEP),
                Arguments.of(Role.SOURCE, List.of(YIELD, CLOSED), Decision.YIELD),
                Arguments.of(Role.DESTINATION, List.of(TAKE, RUNNING, CLOSED), Decision.TAKE),
                Arguments.of(Role.DESTINATION, List.of(HELD), Decision.NONE),
                Arguments.of(Role.DESTINATION, List.of(HELD, TAKE, RUNNING, CLOSED), Decision.TAKE),
                Arguments.of(Role.DESTINATION, List.of(HELD, REFUSE, CLOSED), Decision.REFUSE),
                Arguments.of(Role.DESTINATION, List.of(REFUSE, CLOSED), Decision.REFUSE));
    }

    static List<Arguments> refused() {
        return List.of(
                Arguments.of(Role.SOURCE, List.of(YIELD), KEEP),
                Arguments.of(Role.SOURCE, List.of(KEEP), YIELD),
                Arguments.of(Role.SOURCE, List.of(KEEP), KEEP),
                Arguments.of(Role.SOURCE, List.of(YIELD, KEEP_REFUSED), YIELD),
                Arguments.of(Role.SOURCE, List.of(), TAKE),
                Arguments.of(Role.SOURCE, List.of(), REFUSE),
                Arguments.of(Role.SOURCE, List.of(), CLOSED),
                Arguments.of(Role.SOURCE, List.of(), RUNNING),
                Arguments.of(Role.SOURCE, List.of(YIELD), RUNNING),
                Arguments.of(Role.SOURCE, List.of(KEEP), STOPPING),
                Arguments.of(Role.SOURCE, List.of(), next(Role.SOURCE)),
                Arguments.of(Role.SOURCE, List.of(YIELD), next(Role.SOURCE)),
                Arguments.of(Role.DESTINATION, List.of(), STOPPING),
                Arguments.of(Role.SOURCE, List.of(), HELD),
                Arguments.of(Role.DESTINATION, List.of(HELD), HELD),
                Arguments.of(Role.DESTINATION, List.of(TAKE), HELD),
                Arguments.of(Role.DESTINATION, List.of(REFUSE), HELD),
                Arguments.of(Role.DESTINATION, List.of(HELD), CLOSED),
                Arguments.of(Role.DESTINATION, List.of(), KEEP),
                Arguments.of(Role.DESTINATION, List.of(), YIELD),
                Arguments.of(Role.DESTINATION, List.of(), RUNNING),
                Arguments.of(Role.DESTINATION, List.of(TAKE), REFUSE),
                Arguments.of(Role.DESTINATION, List.of(REFUSE), TAKE),
                Arguments.of(Role.DESTINATION, List.of(REFUSE), RUNNING),
                Arguments.of(Role.DESTINATION, List.of(REFUSE, CLOSED), REFUSE),
                Arguments.of(Role.DESTINATION, List.of(REFUSE, CLOSED), Samples.begin(Role.DESTINATION)));
    }

    @ParameterizedTest
    @MethodSource("allowed")
    void follows(Role role, List<JournalRecord> entries, Decision decision) {
        assertEquals(decision, state(role, entries).decision(ATTEMPT));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void contradicts(Role role, List<JournalRecord> before, JournalRecord entry) {
        JournalState state = state(role, before);
        assertThrows(ContradictionException.class, () -> state.after(entry));
    }

    @Test
    void aNewerAttemptTakesThePairOverFromOneThatKeptIt() {
        JournalState state = state(Role.SOURCE, List.of(STOPPING, KEEP));
        assertTrue(attempt(state, ATTEMPT).stopping());
        assertFalse(attempt(state, ATTEMPT).running());
        JournalState next = state.after(next(Role.SOURCE));
        assertTrue(attempt(next, ATTEMPT).running());
        assertFalse(attempt(next, NEXT).running());
    }

    @Test
    void anUncoupledPairLeavesNothingToRollBack() {
        JournalState coupled =
                state(Role.SOURCE, List.of(new JournalRecord.Pair(Samples.PAIR, Samples.FACTS, "boot-1"), KEEP));
        JournalState state = coupled.after(new JournalRecord.Unpair(Samples.PAIR));
        assertTrue(attempt(state, ATTEMPT).running());
    }

    @Test
    void nothingIsHeldBeforeItsDomainsAreKnown() {
        JournalRecord.Begin begin = new JournalRecord.Begin(
                ATTEMPT,
                Role.DESTINATION,
                "beta",
                "peer-journal",
                Samples.FACTS.with(Member.TARGET, -1).with(Member.GUARD, -1),
                "boot-1");
        JournalState none = JournalState.empty().after(begin);
        assertThrows(ContradictionException.class, () -> none.after(HELD));
        JournalState both = none.after(new JournalRecord.Domain(ATTEMPT, Member.TARGET, 7, Samples.TARGET, "boot-1"))
                .after(new JournalRecord.Domain(ATTEMPT, Member.GUARD, 8, Samples.GUARD, "boot-1"));
        Attempt attempt = Objects.requireNonNull(both.after(HELD).open().get(ATTEMPT));
        assertEquals(Optional.of(HELD), attempt.held());
    }

    @Test
    void thePairMovesWithTake() {
        JournalState before = state(Role.DESTINATION, List.of(HELD));
        assertEquals(Map.of(), before.pairs());
        JournalRecord.Pair here = new JournalRecord.Pair(Samples.TARGET, Samples.FACTS, "boot-1");
        assertEquals(Map.of(Samples.TARGET, here), before.after(TAKE).pairs());
        JournalRecord older = new JournalRecord.Pair(Samples.PAIR, Samples.FACTS, "boot-0");
        assertEquals(
                Map.of(Samples.TARGET, here), before.after(older).after(TAKE).pairs(), "an older one of its target");
    }

    @Test
    void aDomainOfAnotherUuidIsRefused() {
        JournalState state = state(Role.SOURCE, List.of());
        JournalRecord other = new JournalRecord.Domain(ATTEMPT, Member.GUARD, 5, Samples.TARGET, "boot-1");
        assertThrows(ContradictionException.class, () -> state.after(other));
    }

    @Test
    void aTargetIsInOnePairOnly() {
        JournalState state = JournalState.empty().after(new JournalRecord.Pair(Samples.PAIR, Samples.FACTS, "boot-1"));
        JournalRecord second = new JournalRecord.Pair(new UUID(8, 8), Samples.FACTS, "boot-1");
        assertThrows(ContradictionException.class, () -> state.after(second));
    }

    @Test
    void theOldestSettledDecisionsAreForgottenFirst() {
        List<JournalRecord.Verdict> verdicts = IntStream.range(0, JournalState.SETTLED)
                .mapToObj(i -> new JournalRecord.Verdict(new UUID(7, i), Decision.REFUSE))
                .toList();
        JournalState state = JournalState.empty()
                .after(new JournalRecord.Settled(verdicts))
                .after(new JournalRecord.Refuse(new UUID(8, 0), ""));
        assertEquals(Decision.NONE, state.decision(new UUID(7, 0)));
        assertEquals(Decision.REFUSE, state.decision(new UUID(7, 1)));
        assertEquals(JournalState.SETTLED, state.settled().size());
    }

    private static Attempt attempt(JournalState state, UUID id) {
        return Optional.ofNullable(state.open().get(id)).orElseThrow();
    }

    private static JournalRecord next(Role role) {
        return new JournalRecord.Begin(NEXT, role, "beta", "peer-journal", Samples.FACTS, "boot-1");
    }

    private static JournalState state(Role role, List<JournalRecord> entries) {
        JournalState state = JournalState.empty().after(Samples.begin(role));
        for (JournalRecord entry : entries) {
            state = state.after(entry);
        }
        return state;
    }
}
