/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.vmcoupler.coupling.source.SourceEffect.Decide;
import org.vmcoupler.fault.ErrorCode;

/** How long each state waits for somebody, and that none does after YIELD. */
class SourceWaitTest {

    private static final PreCopyLimits PRE_COPY = new PreCopyLimits(300, 10, 60_000, OnTimeout.CANCEL);
    private static final WaitLimits LIMITS = new WaitLimits(11, 12, 13, 14, 15, 16, 17);
    private static final SourceEvent.LookedLast LOOK = new SourceEvent.LookedLast(77, 5, "", "0".repeat(64), 9);
    private static final StreamDigest DIGEST = new StreamDigest(9, "0".repeat(32));
    private static final SourceEvent.Tick TICK = new SourceEvent.Tick();

    static Stream<Arguments> waits() {
        Lockstep heardOfOne = Lockstep.start(PRE_COPY, 0).asked(Member.TARGET, Lockstep.Count.of(0, 9, 0), 0);
        return Stream.of(
                Arguments.of(new Offering(PRE_COPY), 11L, "The destination did not answer the offer within 0.011 s."),
                Arguments.of(new PreCopy(PRE_COPY), 12L, "The save helpers did not both begin to send within 0.012 s."),
                Arguments.of(
                        new PreCopy(PRE_COPY, Optional.of(heardOfOne)),
                        12L,
                        "The save helpers did not both begin to send within 0.012 s."),
                Arguments.of(
                        new Preparing(Lockstep.start(PRE_COPY, 0)),
                        13L,
                        "The guard did not park its checks within 0.013 s."),
                Arguments.of(
                        new TargetStopping(true, false),
                        14L,
                        "The target's save did not come to its last round within 0.014 s."),
                Arguments.of(new TargetStopping(true, true), 15L, "The target did not suspend within 0.015 s."),
                Arguments.of(LastLook.start(true), 16L, "The guard did not take its last look within 0.016 s."),
                Arguments.of(
                        new GuardStopping(LOOK, SentStreams.NONE, false),
                        14L,
                        "The guard's save did not come to its last round within 0.014 s."),
                Arguments.of(
                        new GuardStopping(LOOK, SentStreams.NONE, true),
                        15L,
                        "The guard did not suspend within 0.015 s."),
                Arguments.of(
                        new Draining(LOOK, SentStreams.NONE),
                        14L,
                        "The rest of both streams did not leave this host within 0.014 s."),
                Arguments.of(
                        new AwaitingReady(new SourceEffect.SendStopped(DIGEST, DIGEST, LOOK)),
                        17L,
                        "The destination did not get ready within 0.017 s."),
                Arguments.of(new ConfirmingStop(), 16L, "The stopped target's CPU time was not read within 0.016 s."));
    }

    static Stream<SourceState> withoutLimit() {
        Lockstep heardOfBoth = Lockstep.start(PRE_COPY, 0)
                .asked(Member.TARGET, Lockstep.Count.of(0, 9, 0), 0)
                .asked(Member.GUARD, Lockstep.Count.of(0, 9, 0), 0);
        return Stream.of(
                new PreCopy(PRE_COPY, Optional.of(heardOfBoth)),
                new Yielded(),
                new Cleaning(),
                new Closing(),
                new RollingBack(ErrorCode.CANCELLED, "", false),
                new SuspendPending(false),
                new LateResume(false),
                new Telling(true),
                new Ended());
    }

    @ParameterizedTest
    @MethodSource("waits")
    void aStateThatWaitsTooLongKeepsThePair(SourceState state, long limitMs, String sentence) {
        SourceMachine machine = SourceMachine.start(state, LIMITS, 1_000);
        SourceMachine.Turn early = machine.take(TICK, at(1_000 + limitMs - 1));
        assertEquals(state.phase(), early.next().state().phase());
        SourceMachine.Turn late = early.next().take(TICK, at(1_000 + limitMs));
        assertEquals(
                sentence,
                assertInstanceOf(RollingBack.class, late.next().state()).reason());
        assertEquals(new Decide(Decision.KEEP, false), late.effects().get(0));
    }

    @ParameterizedTest
    @MethodSource("withoutLimit")
    void noOtherStateEndsByTimeAlone(SourceState state) {
        SourceMachine machine = SourceMachine.start(state, LIMITS, 0);
        SourceMachine.Turn later = machine.take(TICK, at(PRE_COPY.timeoutMs() - 1));
        assertEquals(state.phase(), later.next().state().phase());
        assertTrue(later.effects().stream().noneMatch(Decide.class::isInstance));
    }

    @Test
    void whatComesInTimeBeginsTheNextWaitAnew() {
        SourceMachine machine = SourceMachine.start(new TargetStopping(false, false), LIMITS, 0);
        machine = machine.take(new SourceEvent.SuspendAsked(Member.TARGET), at(13))
                .next();
        machine = machine.take(TICK, at(27)).next();
        assertInstanceOf(TargetStopping.class, machine.state());
        assertInstanceOf(RollingBack.class, machine.take(TICK, at(28)).next().state());
    }

    @Test
    void whatChangesNothingDoesNotPutTheEndOff() {
        SourceMachine machine = SourceMachine.start(new GuardStopping(LOOK, SentStreams.NONE, true), LIMITS, 0);
        machine = machine.take(new SourceEvent.Saved(Member.TARGET, DIGEST), at(14))
                .next();
        assertInstanceOf(RollingBack.class, machine.take(TICK, at(15)).next().state());
    }

    @Test
    void onlyTimeItselfEndsAWait() {
        SourceMachine machine = SourceMachine.start(new Offering(PRE_COPY), LIMITS, 0);
        ControlMessage.Accept accept = new ControlMessage.Accept(new UUID(1, 2), 1, "0".repeat(64), "1".repeat(64));
        SourceMachine.Turn turn = machine.take(new SourceEvent.Accepted(accept), at(1_000));
        assertEquals(List.of(new SourceEffect.StartSaves(accept)), turn.effects());
    }

    private static Moment at(long nowMs) {
        return new Moment(nowMs, 0);
    }
}
