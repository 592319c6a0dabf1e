/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.Decision;
import org.vmcoupler.control.StreamDigest;
import org.vmcoupler.coupling.Lockstep;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.OnTimeout;
import org.vmcoupler.coupling.PreCopyLimits;
import org.vmcoupler.coupling.source.SourceEffect.Answer;
import org.vmcoupler.coupling.source.SourceEffect.Decide;
import org.vmcoupler.coupling.source.SourceEffect.Reply;
import org.vmcoupler.coupling.source.SourceEffect.RollBack;
import org.vmcoupler.fault.ErrorCode;

class SourceMachineTest {

    private static final UUID ID = new UUID(1, 2);
    private static final double RATE = 4096 * 1000.0; // a page a millisecond
    private static final Moment NOW = new Moment(1_000, RATE);
    private static final PreCopyLimits LIMITS = new PreCopyLimits(300, 10, 60_000, OnTimeout.CANCEL);
    private static final StreamDigest DIGEST = new StreamDigest(9, "0".repeat(32));
    private static final SourceEvent.LookedLast LOOK = new SourceEvent.LookedLast(77, 5, "", "0".repeat(64), 8);
    private static final SourceEffect.SendStopped STOPPED = new SourceEffect.SendStopped(DIGEST, DIGEST, LOOK);

    @Test
    void aGoodMigrationGoesThroughAllStatesInOrder() {
        List<String> log = new ArrayList<>();
        SourceState state = new Offering(LIMITS);
        long nowMs = 0;
        for (SourceEvent event : goodCourse()) {
            nowMs += 1_000;
            SourceStep step = event.at(state, new Moment(nowMs, RATE));
            state = step.next();
            log.add(state.phase() + " "
                    + step.effects().stream().map(SourceMachineTest::word).toList());
        }
        assertEquals(
                List.of(
                        "pre-copy [StartSaves]",
                        "pre-copy [CONTINUE TARGET]",
                        "pre-copy [CONTINUE GUARD]",
                        "pre-copy []",
                        "pre-copy [CONTINUE TARGET, CONTINUE GUARD]",
                        "pre-copy [CONTINUE TARGET]",
                        "prepare [PrepareGuard]",
                        "prepare []",
                        "last-rounds [CONTINUE TARGET, CONTINUE GUARD]",
                        "last-rounds []",
                        "last-rounds [CONTINUE TARGET, CONTINUE GUARD]",
                        "last-rounds []",
                        "last-rounds [CONTINUE TARGET, CONTINUE GUARD]",
                        "last-rounds []",
                        "last-rounds [CONTINUE GUARD]",
                        "target-stop [STOP TARGET, STOP GUARD]",
                        "target-stop []",
                        "target-stop [RecordStopping, SUSPEND TARGET]",
                        "last-look [OK TARGET, LookLast]",
                        "guard-stop [SUSPEND GUARD]",
                        "guard-stop []",
                        "rest [OK GUARD]",
                        "guard-watches [SendStopped]",
                        "stop-check [CheckStop]",
                        "commit [Decide YIELD, SendYield]",
                        "clean-up [CleanUp]",
                        "close [FreePair, SendDone]",
                        "ended [CloseAttempt, Finish]"),
                log);
    }

    @Test
    void theGuardIsNeverLetSuspendBeforeItHasLookedLast() {
        SourceStep asked = new SourceEvent.SuspendAsked(Member.GUARD).at(new TargetStopping(false, false), NOW);
        assertEquals(List.of(), asked.effects());
        SourceStep inLook = new SourceEvent.SuspendAsked(Member.GUARD).at(LastLook.start(false), NOW);
        assertEquals(List.of(), inLook.effects());
        SourceStep looked = LOOK.at(inLook.next(), NOW);
        assertEquals(List.of(new Answer(Member.GUARD, Reply.SUSPEND)), looked.effects());
    }

    @ParameterizedTest
    @MethodSource("statesBeforeYieldAndFailures")
    void whateverFailsBeforeYieldKeepsThePairFirst(SourceState state, SourceEvent failure) {
        SourceStep step = failure.at(state, NOW);
        assertInstanceOf(RollingBack.class, step.next());
        boolean refused = failure instanceof SourceEvent.Refused;
        assertEquals(
                new Decide(Decision.KEEP, refused),
                step.effects().get(0),
                "KEEP is durable before any effect of a roll-back");
        assertTrue(step.effects().stream().anyMatch(RollBack.class::isInstance));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void afterYieldOnlyARefusalLeadsBack(SourceEvent failure) {
        SourceStep step = failure.at(new Yielded(), NOW);
        if (failure instanceof SourceEvent.Refused) {
            assertEquals(new Decide(Decision.KEEP, true), step.effects().get(0));
            assertInstanceOf(RollingBack.class, step.next());
        } else {
            assertEquals(new Yielded(), step.next());
            assertFalse(step.effects().stream().anyMatch(e -> e instanceof RollBack || e instanceof Decide));
        }
    }

    @Test
    void readyWithAnotherCounterIsNotYieldedTo() {
        for (long[] counters : new long[][] {{76, 77}, {77, 78}, {-1, 77}}) {
            SourceStep step = ready(DIGEST, counters[0], counters[1]).at(new AwaitingReady(STOPPED), NOW);
            assertEquals(
                    ErrorCode.LOOK_NOT_PROVEN,
                    assertInstanceOf(RollingBack.class, step.next()).code());
        }
    }

    @Test
    void readyWithAnotherStreamIsNotYieldedTo() {
        SourceStep step = ready(new StreamDigest(8, "0".repeat(32)), 77, 77).at(new AwaitingReady(STOPPED), NOW);
        assertInstanceOf(RollingBack.class, step.next());
    }

    @Test
    void aPairWhoseTargetRanOnAfterItsStopIsKept() {
        for (long ranNs : new long[] {1, -1}) {
            SourceStep step = new SourceEvent.StopChecked(ranNs).at(new ConfirmingStop(), NOW);
            assertInstanceOf(RollingBack.class, step.next());
            assertEquals(new Decide(Decision.KEEP, false), step.effects().get(0));
        }
    }

    @Test
    void aTargetThatDoesNotSuspendOrCannotBePausedRollsBack() {
        for (SourceEvent event : List.of(
                new SourceEvent.Suspended(Member.TARGET, false, false),
                new SourceEvent.Suspended(Member.TARGET, true, false),
                new SourceEvent.Suspended(Member.GUARD, true, true))) {
            assertInstanceOf(
                    RollingBack.class,
                    event.at(new TargetStopping(true, false), NOW).next());
        }
    }

    @Test
    void theLimitCancelsOrStopsAsAsked() {
        Lockstep.Count busy = Lockstep.Count.of(10, 30_000, 0);
        assertEquals(
                ErrorCode.NOT_CONVERGED,
                assertInstanceOf(RollingBack.class, exhausted(LIMITS, busy)).code());
        assertInstanceOf(Preparing.class, exhausted(new PreCopyLimits(300, 10, 60_000, OnTimeout.STOP), busy));
    }

    @Test
    void noCountOfBeforeTheGuardWasPreparedStopsThem() {
        List<Answer> both =
                List.of(new Answer(Member.TARGET, Reply.CONTINUE), new Answer(Member.GUARD, Reply.CONTINUE));
        SourceStep step = prepared(nearAt(LIMITS, 10_000), 10_100);
        assertEquals(both, step.effects(), "what was counted fits, but before the guard was prepared");
        step = ask(step.next(), 10_150, Member.TARGET, 2, 5);
        assertEquals(List.of(), step.effects(), "they go on together");
        step = ask(step.next(), 10_200, Member.GUARD, 2, -1);
        assertEquals(both, step.effects(), "the target's record was read when the guard was prepared: it is of before");
        step = ask(step.next(), 10_250, Member.TARGET, 3, -1);
        step = ask(step.next(), 10_300, Member.GUARD, 2, 5);
        assertEquals(both, step.effects(), "this count of the guard began before");
        step = ask(step.next(), 10_350, Member.TARGET, 3, 5);
        step = ask(step.next(), 10_400, Member.GUARD, 3, -1);
        assertEquals(List.of(new Answer(Member.GUARD, Reply.CONTINUE)), step.effects());
        step = ask(step.next(), 10_500, Member.GUARD, 3, 5);
        assertInstanceOf(TargetStopping.class, step.next());
        assertEquals(
                List.of(new Answer(Member.TARGET, Reply.STOP), new Answer(Member.GUARD, Reply.STOP)), step.effects());
    }

    @Test
    void whatIsWrittenWhileTheGuardPreparesIsSentBeforeTheStop() {
        SourceState state = countedAfter(LIMITS, 13_000, 200);
        assertInstanceOf(LastRounds.class, state, "200 pages of each in 200 ms");
        state = asked(state, 13_900, Member.TARGET, 4, -1);
        state = asked(state, 13_900, Member.GUARD, 4, -1);
        state = asked(state, 13_910, Member.TARGET, 4, 40);
        assertInstanceOf(LastRounds.class, state);
        assertInstanceOf(TargetStopping.class, asked(state, 13_920, Member.GUARD, 4, 40));
    }

    @Test
    void lastRoundsThatDoNotHelpGiveTheGuardItsChecksBack() {
        SourceState state = countedAfter(LIMITS, 14_000, 400);
        assertInstanceOf(LastRounds.class, tick(state, 14_399 + LastRounds.LIMIT_MS));
        assertInstanceOf(PreCopy.class, tick(state, 14_400 + LastRounds.LIMIT_MS));
    }

    @Test
    void aSlowCountIsWaitedForButNotForEver() {
        long limitMs = LastRounds.COUNT_LIMIT_MS + 2 * LIMITS.downtimeMs();
        SourceState uncounted = prepared(nearAt(LIMITS, 10_000), 14_000).next();
        assertInstanceOf(LastRounds.class, tick(uncounted, 13_999 + limitMs));
        assertInstanceOf(PreCopy.class, tick(uncounted, 14_000 + limitMs));
        PreCopyLimits brief = new PreCopyLimits(300, 10, 13_000, OnTimeout.CANCEL);
        SourceState late = prepared(nearAt(brief, 10_000), 14_000).next();
        assertInstanceOf(RollingBack.class, tick(late, 14_000 + limitMs), "its time is up");
    }

    @Test
    void theLimitHoldsInTheLastRoundsToo() {
        PreCopyLimits cancel = new PreCopyLimits(300, 10, 13_000, OnTimeout.CANCEL);
        SourceState state = countedAfter(cancel, 24_000, 400);
        assertInstanceOf(LastRounds.class, state, "it fitted before the limit");
        assertEquals(
                ErrorCode.NOT_CONVERGED,
                assertInstanceOf(RollingBack.class, tick(state, 24_400 + LastRounds.LIMIT_MS))
                        .code());
        PreCopyLimits stop = new PreCopyLimits(300, 10, 13_000, OnTimeout.STOP);
        SourceStep stopped = prepared(nearAt(stop, 10_000), 24_000);
        assertInstanceOf(TargetStopping.class, stopped.next());
        assertEquals(
                List.of(new Answer(Member.TARGET, Reply.STOP), new Answer(Member.GUARD, Reply.STOP)),
                stopped.effects());
    }

    @Test
    void theRoundsOfTheNewCountsReachNoLimit() {
        PreCopyLimits fewRounds = new PreCopyLimits(300, 3, 60_000, OnTimeout.STOP);
        SourceState state = prepared(nearAt(fewRounds, 10_000), 10_100).next();
        state = asked(state, 10_150, Member.TARGET, 2, 5);
        state = asked(state, 10_200, Member.GUARD, 2, -1);
        assertInstanceOf(LastRounds.class, asked(state, 10_250, Member.TARGET, 3, -1), "nobody is counted yet");
    }

    private static SourceStep prepared(SourceState state, long nowMs) {
        return new SourceEvent.Prepared().at(state, new Moment(nowMs, RATE));
    }

    private static SourceState tick(SourceState state, long nowMs) {
        return new SourceEvent.Tick().at(state, new Moment(nowMs, RATE)).next();
    }

    /** The guard has been prepared at {@code nowMs}; 400 ms later both are counted, with {@code pages} written in 200 ms. */
    private static SourceState countedAfter(PreCopyLimits limits, long nowMs, long pages) {
        SourceState state = prepared(nearAt(limits, 10_000), nowMs).next();
        state = asked(state, nowMs + 50, Member.TARGET, 2, 10);
        state = asked(state, nowMs + 100, Member.GUARD, 2, -1);
        state = asked(state, nowMs + 150, Member.TARGET, 3, -1);
        state = asked(state, nowMs + 200, Member.GUARD, 2, 10);
        state = asked(state, nowMs + 250, Member.TARGET, 3, pages);
        state = asked(state, nowMs + 300, Member.GUARD, 3, -1);
        return asked(state, nowMs + 400, Member.GUARD, 3, pages);
    }

    /** Each has written 100 pages in the second before {@code nowMs}, and both questions wait. */
    private static SourceState nearAt(PreCopyLimits limits, long nowMs) {
        SourceState state = new PreCopy(limits);
        for (Member member : Member.values()) {
            state = asked(state, nowMs - 1_000, member, 0, 30_000);
        }
        for (Member member : Member.values()) {
            state = asked(state, nowMs, member, 1, -1);
        }
        for (Member member : Member.values()) {
            state = asked(state, nowMs, member, 1, 100);
        }
        return asked(state, nowMs, Member.TARGET, 2, -1); // its round was sent
    }

    private static SourceState asked(SourceState state, long nowMs, Member member, int iteration, long dirty) {
        return ask(state, nowMs, member, iteration, dirty).next();
    }

    private static SourceStep ask(SourceState state, long nowMs, Member member, int iteration, long dirty) {
        return new SourceEvent.PolicyAsked(member, Lockstep.Count.of(iteration, dirty, 0))
                .at(state, new Moment(nowMs, RATE));
    }

    @Test
    void theKeeperLooksAsLongAsTheTargetWasNeverStopped() {
        Lockstep lockstep = Lockstep.start(LIMITS, 0);
        SourceState rollingBack = new RollingBack(ErrorCode.CANCELLED, "", false);
        assertEquals(Looks.AS_EVER, Looks.OURS.then(new Offering(LIMITS)));
        assertEquals(Looks.AS_EVER, Looks.AS_EVER.then(new PreCopy(LIMITS)));
        assertEquals(Looks.PARKED, Looks.AS_EVER.then(new Preparing(lockstep)));
        assertEquals(Looks.PARKED, Looks.PARKED.then(LastRounds.start(lockstep, 0)));
        assertEquals(Looks.IF_IT_RUNS, Looks.PARKED.then(new TargetStopping(true, true)));
        assertEquals(Looks.OURS, Looks.IF_IT_RUNS.then(LastLook.start(true)));
        assertEquals(Looks.IF_IT_RUNS, Looks.AS_EVER.then(rollingBack));
        assertEquals(Looks.IF_IT_RUNS, Looks.PARKED.then(rollingBack));
        assertEquals(Looks.IF_IT_RUNS, Looks.IF_IT_RUNS.then(rollingBack), "it was asked to stop and has not");
        assertEquals(Looks.OURS, Looks.OURS.then(rollingBack), "it stands still");
        assertEquals(
                Looks.IF_IT_RUNS, Looks.OURS.then(new Telling(true)), "it runs again, and its keeper waits for a disk");
        assertEquals(Looks.IF_IT_RUNS, Looks.OURS.then(new Ended()), "so too if the destination has refused already");
        assertEquals(Looks.AS_EVER, Looks.OURS.then(new SuspendPending(false)));
        assertEquals(Looks.IF_IT_RUNS, Looks.AS_EVER.then(new LateResume(false)), "it may be its guard that suspended");
    }

    @Test
    void aQuestionThatNoStateExpectsEndsItsSave() {
        SourceStep step = new SourceEvent.SuspendAsked(Member.TARGET).at(new PreCopy(LIMITS), NOW);
        assertEquals(List.of(new Answer(Member.TARGET, Reply.ABORT)), step.effects());
    }

    private static SourceState exhausted(PreCopyLimits limits, Lockstep.Count count) {
        SourceState state = new PreCopy(limits);
        state = new SourceEvent.PolicyAsked(Member.TARGET, count).at(state, NOW).next();
        return new SourceEvent.PolicyAsked(Member.GUARD, count).at(state, NOW).next();
    }

    private static List<SourceEvent> goodCourse() {
        return List.of(
                new SourceEvent.Accepted(new ControlMessage.Accept(ID, 1, "0".repeat(64), "1".repeat(64))),
                new SourceEvent.PolicyAsked(Member.TARGET, Lockstep.Count.of(0, 32_768, 0)),
                new SourceEvent.PolicyAsked(Member.GUARD, Lockstep.Count.of(0, 65_536, 0)),
                new SourceEvent.PolicyAsked(Member.TARGET, Lockstep.Count.of(1, -1, 0)),
                new SourceEvent.PolicyAsked(Member.GUARD, Lockstep.Count.of(1, -1, 0)),
                new SourceEvent.PolicyAsked(Member.TARGET, Lockstep.Count.of(1, 20, 0)),
                new SourceEvent.PolicyAsked(Member.GUARD, Lockstep.Count.of(1, 10, 0)),
                new SourceEvent.PolicyAsked(Member.TARGET, Lockstep.Count.of(2, -1, 0)),
                new SourceEvent.Prepared(),
                new SourceEvent.PolicyAsked(Member.TARGET, Lockstep.Count.of(2, 20, 0)),
                new SourceEvent.PolicyAsked(Member.GUARD, Lockstep.Count.of(2, -1, 0)),
                new SourceEvent.PolicyAsked(Member.TARGET, Lockstep.Count.of(3, -1, 0)),
                new SourceEvent.PolicyAsked(Member.GUARD, Lockstep.Count.of(2, 20, 0)),
                new SourceEvent.PolicyAsked(Member.TARGET, Lockstep.Count.of(3, 20, 0)),
                new SourceEvent.PolicyAsked(Member.GUARD, Lockstep.Count.of(3, -1, 0)),
                new SourceEvent.PolicyAsked(Member.GUARD, Lockstep.Count.of(3, 20, 0)),
                new SourceEvent.SuspendAsked(Member.GUARD),
                new SourceEvent.SuspendAsked(Member.TARGET),
                new SourceEvent.Suspended(Member.TARGET, true, true),
                LOOK,
                new SourceEvent.Saved(Member.TARGET, DIGEST),
                new SourceEvent.Suspended(Member.GUARD, true, true),
                new SourceEvent.Saved(Member.GUARD, DIGEST),
                ready(DIGEST, 77, 77),
                new SourceEvent.StopChecked(0),
                new SourceEvent.PeerRunning(new ControlMessage.Running(ID, 1, 1, 77, 0)),
                new SourceEvent.CleanedUp(),
                new SourceEvent.PeerClosed());
    }

    private static SourceEvent ready(StreamDigest target, long seen, long beforeGo) {
        return new SourceEvent.PeerReady(new ControlMessage.Ready(ID, target, DIGEST, seen, beforeGo));
    }

    private static String word(SourceEffect effect) {
        if (effect instanceof Answer answer) {
            return answer.reply() + " " + answer.member();
        }
        String name = effect.getClass().getSimpleName();
        return effect instanceof Decide decide ? name + " " + decide.decision() : name;
    }

    static Stream<Arguments> statesBeforeYieldAndFailures() {
        Lockstep lockstep = Lockstep.start(LIMITS, 0);
        List<SourceState> states = List.of(
                new Offering(LIMITS),
                new PreCopy(LIMITS),
                new PreCopy(LIMITS, Optional.of(lockstep)),
                new Preparing(lockstep),
                LastRounds.start(lockstep, 0),
                new TargetStopping(true, false),
                LastLook.start(true),
                new GuardStopping(LOOK, SentStreams.NONE, true),
                new Draining(LOOK, SentStreams.NONE),
                new AwaitingReady(STOPPED),
                new ConfirmingStop());
        return states.stream().flatMap(s -> failures().map(f -> Arguments.of(s, f)));
    }

    static Stream<SourceEvent> failures() {
        return Stream.of(
                new SourceEvent.Failed(ErrorCode.HYPERVISOR, "broken"),
                new SourceEvent.PeerLost("gone"),
                new SourceEvent.Refused(ErrorCode.NO_MEMORY, "full"),
                new SourceEvent.CancelAsked());
    }
}
