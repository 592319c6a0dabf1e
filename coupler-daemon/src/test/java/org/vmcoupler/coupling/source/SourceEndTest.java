/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.coupling.source.SourceEffect.CloseAttempt;
import org.vmcoupler.coupling.source.SourceEffect.Decide;
import org.vmcoupler.coupling.source.SourceEffect.FreePair;
import org.vmcoupler.coupling.source.SourceEvent.RolledBack.Result;
import org.vmcoupler.fault.ErrorCode;

/** States behind the decision: what leads out of them, in which order, and what does not. */
class SourceEndTest {

    private static final Moment NOW = new Moment(0, 0);
    private static final UUID ID = new UUID(1, 2);
    private static final SourceState ROLLING = new RollingBack(ErrorCode.CANCELLED, "Cancelled.", false);
    private static final SourceState ROLLING_REFUSED = new RollingBack(ErrorCode.CANCELLED, "Cancelled.", true);
    private static final SourceEvent REFUSED = new SourceEvent.Refused(ErrorCode.NO_MEMORY, "full");
    private static final SourceEvent CLOSED = new SourceEvent.PeerClosed();
    private static final SourceEvent RUNNING = new SourceEvent.PeerRunning(new ControlMessage.Running(ID, 1, 1, -1, 0));
    private static final SourceEvent GUARD_LOST = new SourceEvent.Failed(ErrorCode.GUARD_NOT_ALIVE, "no look");
    private static final SourceEvent LOST = new SourceEvent.PeerLost("gone");

    static Stream<Arguments> transitions() {
        return Stream.of(
                course(ROLLING, ended(Result.WATCHED), "tell [RecordRunning, FreePair, Finish]"),
                course(ROLLING, ended(Result.GONE), "tell [RecordRunning, FreePair, Finish]"),
                course(ROLLING, ended(Result.GUARD_LOST), "tell [FreePair, Finish]"),
                course(ROLLING, ended(Result.SUSPEND_PENDING), "suspend-pending [WatchForSuspend, Finish]"),
                course(ROLLING_REFUSED, ended(Result.WATCHED), "ended [RecordRunning, FreePair, CloseAttempt, Finish]"),
                course(ROLLING_REFUSED, ended(Result.GUARD_LOST), "ended [FreePair, Finish]"),
                course(ROLLING_REFUSED, ended(Result.SUSPEND_PENDING), "suspend-pending [WatchForSuspend, Finish]"),
                course(new SuspendPending(false), new SourceEvent.SuspendCame(), "late-resume [Note, RollBack]"),
                course(new SuspendPending(false), new SourceEvent.SuspendOver(), "tell [RecordRunning, FreePair]"),
                course(
                        new SuspendPending(true),
                        new SourceEvent.SuspendOver(),
                        "ended [RecordRunning, FreePair, CloseAttempt]"),
                course(new SuspendPending(false), GUARD_LOST, "tell [Note, FreePair]"),
                course(new SuspendPending(true), GUARD_LOST, "ended [Note, FreePair]"),
                course(new LateResume(false), ended(Result.WATCHED), "tell [RecordRunning, FreePair]"),
                course(new LateResume(false), ended(Result.SUSPEND_PENDING), "suspend-pending [Note, WatchForSuspend]"),
                course(new LateResume(true), ended(Result.GUARD_LOST), "ended [Note, FreePair]"),
                course(new Telling(true), REFUSED, "ended [CloseAttempt]"),
                course(new Telling(false), REFUSED, "ended []"),
                course(new Yielded(), CLOSED, "clean-up [CleanUp]"),
                course(new Yielded(), RUNNING, "clean-up [CleanUp]"),
                course(new Cleaning(), CLOSED, "clean-up []"),
                course(new Cleaning(), RUNNING, "clean-up []"),
                course(new Cleaning(), new SourceEvent.CleanedUp(), "close [FreePair, SendDone]"),
                course(new Closing(), CLOSED, "ended [CloseAttempt, Finish]"));
    }

    static Stream<Arguments> refusals() {
        SourceEvent cancel = new SourceEvent.CancelAsked();
        SourceEvent failed = new SourceEvent.Failed(ErrorCode.HYPERVISOR, "broken");
        SourceEvent over = new SourceEvent.SuspendOver();
        SourceEvent came = new SourceEvent.SuspendCame();
        return Stream.of(
                        Arguments.of(ROLLING, List.of(CLOSED, RUNNING, LOST, cancel, failed, REFUSED, over, came)),
                        Arguments.of(
                                new SuspendPending(false), List.of(CLOSED, RUNNING, LOST, cancel, failed, REFUSED)),
                        Arguments.of(
                                new LateResume(false),
                                List.of(CLOSED, RUNNING, LOST, cancel, failed, GUARD_LOST, REFUSED, over, came)),
                        Arguments.of(
                                new Telling(true),
                                List.of(CLOSED, RUNNING, LOST, cancel, failed, over, came, ended(Result.WATCHED))),
                        Arguments.of(new Cleaning(), List.of(REFUSED, LOST, cancel, failed, ended(Result.WATCHED))),
                        Arguments.of(
                                new Closing(),
                                List.of(REFUSED, RUNNING, LOST, cancel, failed, new SourceEvent.CleanedUp())),
                        Arguments.of(new Yielded(), List.of(over, came, ended(Result.WATCHED))),
                        Arguments.of(new Ended(), List.of(CLOSED, RUNNING, REFUSED, LOST, cancel, over, came)))
                .flatMap(row -> {
                    Object[] cells = row.get();
                    return ((List<?>) cells[1]).stream().map(event -> Arguments.of(cells[0], event));
                });
    }

    @ParameterizedTest
    @MethodSource("transitions")
    void leadsTo(SourceState state, SourceEvent event, String expected) {
        SourceStep step = event.at(state, NOW);
        List<String> effects =
                step.effects().stream().map(e -> e.getClass().getSimpleName()).toList();
        assertEquals(expected, step.next().phase() + " " + effects);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void changesNothing(SourceState state, SourceEvent event) {
        SourceStep step = event.at(state, NOW);
        assertEquals(state.phase(), step.next().phase());
        assertTrue(
                step.effects().stream().allMatch(SourceEffect.Note.class::isInstance),
                () -> "effects " + step.effects());
    }

    @Test
    void aRefusalIsRememberedUntilTheAttemptMayBeClosed() {
        SourceState state = REFUSED.at(ROLLING, NOW).next();
        state = ended(Result.SUSPEND_PENDING).at(state, NOW).next();
        SourceStep over = new SourceEvent.SuspendOver().at(state, NOW);
        assertEquals(new Ended(), over.next());
        assertTrue(over.effects().contains(new CloseAttempt()));
        state = REFUSED.at(new LateResume(false), NOW).next();
        state = ended(Result.SUSPEND_PENDING).at(state, NOW).next();
        assertEquals(new SuspendPending(true), state);
        state = REFUSED.at(new SuspendPending(false), NOW).next();
        assertEquals(new Ended(), new SourceEvent.SuspendOver().at(state, NOW).next());
    }

    @Test
    void aPairThatStaysIsNeverFreeBeforeItIsDurableThatItRunsOn() {
        transitions().forEach(row -> {
            SourceStep step = ((SourceEvent) row.get()[1]).at((SourceState) row.get()[0], NOW);
            int free = step.effects().indexOf(new FreePair());
            boolean lost = List.of(ended(Result.GUARD_LOST), GUARD_LOST).contains(row.get()[1]);
            boolean left = row.get()[1] instanceof SourceEvent.CleanedUp;
            boolean recorded = step.effects().subList(0, Math.max(0, free)).stream()
                    .anyMatch(e -> e.durable() && !(e instanceof Decide));
            assertTrue(free < 0 || lost || left || recorded, () -> "effects " + step.effects());
        });
    }

    private static SourceEvent ended(Result result) {
        return new SourceEvent.RolledBack(result, "detail");
    }

    private static Arguments course(SourceState state, SourceEvent event, String expected) {
        return Arguments.of(state, event, expected);
    }
}
