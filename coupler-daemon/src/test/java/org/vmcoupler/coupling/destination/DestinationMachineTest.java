/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

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
import org.junit.jupiter.params.provider.MethodSource;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.Decision;
import org.vmcoupler.control.StreamDigest;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.destination.DestinationEffect.Decide;
import org.vmcoupler.coupling.destination.DestinationEffect.Destroy;
import org.vmcoupler.coupling.destination.DestinationEffect.Release;
import org.vmcoupler.fault.ErrorCode;

class DestinationMachineTest {

    private static final UUID ID = new UUID(1, 2);
    private static final StreamDigest DIGEST = new StreamDigest(9, "0".repeat(32));
    private static final DestinationEvent.Watching LOOK = new DestinationEvent.Watching(77, 77);
    private static final DestinationEffect.SendReady READY = new DestinationEffect.SendReady(DIGEST, DIGEST, LOOK);
    private static final ControlMessage.Running RUNNING = new ControlMessage.Running(ID, 1, 1, 77, 0);
    private static final ControlMessage.Stopped SENT =
            new ControlMessage.Stopped(ID, DIGEST, DIGEST, 77, 5, "", "0".repeat(64), 8);
    private static final DestinationEvent YIELDED = new DestinationEvent.Yielded(false);
    private static final DestinationEvent YIELDED_AND_GONE = new DestinationEvent.Yielded(true);
    private static final DestinationEvent KEPT = new DestinationEvent.Kept("kept");
    private static final DestinationEvent PEER_LOST = new DestinationEvent.PeerLost("gone");
    private static final DestinationEvent FAILED = new DestinationEvent.Failed(ErrorCode.HYPERVISOR, "broken");
    private static final DestinationEvent DONE = new DestinationEvent.Done("{}");

    @Test
    void aGoodMigrationGoesThroughAllStatesInOrder() {
        List<String> log = new ArrayList<>();
        DestinationState state = Receiving.start();
        for (DestinationEvent event : List.of(
                new DestinationEvent.Restored(Member.TARGET, DIGEST),
                stopped(DIGEST),
                new DestinationEvent.Restored(Member.GUARD, DIGEST),
                LOOK,
                YIELDED,
                new DestinationEvent.Proven(),
                new DestinationEvent.Released(RUNNING),
                DONE,
                new DestinationEvent.Completed())) {
            DestinationStep step = event.at(state);
            state = step.next();
            log.add(state.phase() + " "
                    + step.effects().stream()
                            .map(e -> e.getClass().getSimpleName())
                            .toList());
        }
        assertEquals(
                List.of(
                        "receive []",
                        "receive []",
                        "couple [Hold, Couple]",
                        "held [SendReady]",
                        "prove [Prove]",
                        "go [Decide, Release]",
                        "running [SendRunning, Settle]",
                        "close [Finish]",
                        "ended [Close, SendClosed]"),
                log);
    }

    @Test
    void takeIsDurableDirectlyBeforeTheRelease() {
        DestinationStep step = new DestinationEvent.Proven().at(new Proving(false));
        assertEquals(List.of(new Decide(Decision.TAKE), new Release()), step.effects());
    }

    @Test
    void heldIsDurableBeforeAnythingIsDoneToEitherDomain() {
        DestinationState state = new DestinationEvent.Restored(Member.TARGET, DIGEST)
                .at(Receiving.start())
                .next();
        state = new DestinationEvent.Restored(Member.GUARD, DIGEST).at(state).next();
        DestinationStep step = stopped(DIGEST).at(state);
        assertEquals(List.of(new DestinationEffect.Hold(SENT), new DestinationEffect.Couple(SENT)), step.effects());
    }

    @Test
    void otherStreamsThanWereSentAreRefused() {
        DestinationState state = new DestinationEvent.Restored(Member.TARGET, DIGEST)
                .at(Receiving.start())
                .next();
        state = new DestinationEvent.Restored(Member.GUARD, DIGEST).at(state).next();
        DestinationStep step = stopped(new StreamDigest(9, "1".repeat(32))).at(state);
        assertInstanceOf(Refusing.class, step.next());
    }

    @ParameterizedTest
    @MethodSource("statesFromHeldOn")
    void silenceNeverDestroysWhatMayBeTheLastCopy(DestinationState state) {
        DestinationStep step = PEER_LOST.at(state);
        assertFalse(step.effects().stream().anyMatch(Destroy.class::isInstance), state.phase());
        assertFalse(step.next() instanceof Refusing, state.phase());
    }

    @Test
    void whileTheSourceIsSilentBothArePaused() {
        DestinationState alone = PEER_LOST.at(coupling(SourceWord.WAITS)).next();
        DestinationStep step = LOOK.at(alone);
        assertEquals(new Held(), step.next());
        assertEquals(List.of(new DestinationEffect.Pause()), step.effects());
        assertEquals(
                new DestinationEffect.Pause(),
                PEER_LOST.at(new Held()).effects().get(0));
    }

    @Test
    void readyIsToldToASourceThatWaits() {
        assertEquals(DestinationStep.to(new Held(), READY), LOOK.at(coupling(SourceWord.WAITS)));
    }

    @ParameterizedTest
    @MethodSource("statesBeforeTake")
    void keepAndOwnFailuresRefuseFirstAndDestroyThen(DestinationState state) {
        for (DestinationEvent event : List.of(KEPT, FAILED)) {
            DestinationStep step = event.at(state);
            assertEquals(List.of(new Decide(Decision.REFUSE), new Destroy()), step.effects(), state.phase());
        }
    }

    /** The source was booted: a failure here must not destroy the only copies that are left; its next Yield tries again. */
    @ParameterizedTest
    @MethodSource("statesWithoutASource")
    void aFailureDestroysNothingWhileTheSourceMayHaveNoCopies(DestinationState state) {
        DestinationStep step = FAILED.at(state);
        assertEquals(new Held(), step.next());
        assertEquals(new DestinationEffect.Pause(), step.effects().get(0));
        assertFalse(step.effects().stream().anyMatch(e -> e instanceof Destroy || e instanceof Decide));
        assertEquals(
                DestinationStep.to(new Proving(true), new DestinationEffect.Prove()), YIELDED_AND_GONE.at(step.next()));
    }

    @Test
    void aSourceThatIsSilentAfterItsYieldMayHaveLostItsCopies() {
        for (DestinationState state : List.of(coupling(SourceWord.YIELDED), new Proving(false))) {
            DestinationState silent = PEER_LOST.at(state).next();
            assertEquals(new Held(), FAILED.at(silent).next(), "held, not refused: " + silent);
            DestinationState heard = YIELDED.at(silent).next();
            assertTrue(FAILED.at(heard).next() instanceof Refusing, "one that is heard has its own: " + heard);
        }
    }

    @Test
    void aYieldThatComesDuringTheCouplingIsTakenUpBehindIt() {
        DestinationStep early = YIELDED_AND_GONE.at(coupling(SourceWord.SILENT));
        assertEquals(DestinationStep.to(coupling(SourceWord.YIELDED_AND_GONE)), early);
        assertEquals(DestinationStep.to(new Proving(true), new DestinationEffect.Prove()), LOOK.at(early.next()));
        assertEquals(early.next(), PEER_LOST.at(early.next()).next());
    }

    @Test
    void aKeepAfterYieldChangesNothing() {
        for (DestinationState state : List.of(coupling(SourceWord.YIELDED), new Proving(false), new Proving(true))) {
            DestinationStep step = KEPT.at(state);
            assertEquals(state, step.next());
            assertFalse(step.effects().stream().anyMatch(e -> e instanceof Destroy || e instanceof Decide));
        }
    }

    @ParameterizedTest
    @MethodSource("statesFromTakeOn")
    void nothingAfterTakeDestroysOrRefuses(DestinationState state) {
        for (DestinationEvent event :
                List.of(KEPT, PEER_LOST, YIELDED, YIELDED_AND_GONE, FAILED, DONE, stopped(DIGEST))) {
            DestinationStep step = event.at(state);
            assertFalse(
                    step.effects().stream()
                            .anyMatch(e -> e instanceof Destroy
                                    || e instanceof Decide
                                    || e instanceof DestinationEffect.SendRefuse),
                    state.phase());
            assertFalse(step.next() instanceof Refusing, state.phase());
        }
    }

    @Test
    void aYieldThatComesTwiceIsAnsweredTwice() {
        DestinationStep step = YIELDED.at(new Running(RUNNING));
        assertEquals(List.of(new DestinationEffect.SendRunning(RUNNING)), step.effects());
    }

    @Test
    void aReleaseThatFailedPausesBothAndIsTriedAgainWhenTheSourceAsks() {
        DestinationStep stuck = FAILED.at(new Taken(false));
        assertEquals(new Taken(true), stuck.next());
        assertEquals(new DestinationEffect.Pause(), stuck.effects().get(0));
        DestinationStep again = YIELDED.at(stuck.next());
        assertEquals(DestinationStep.to(new Taken(false), new DestinationEffect.Prove()), again);
        assertEquals(DestinationStep.to(new Taken(false)), YIELDED.at(again.next()));
        assertTrue(stuck.effects().contains(new DestinationEffect.RetryLater()));
        assertEquals(again, new DestinationEvent.RetryDue().at(stuck.next()));
        assertEquals(DestinationStep.to(new Taken(false)), new DestinationEvent.RetryDue().at(new Taken(false)));
        assertEquals(
                List.of(new Release()),
                new DestinationEvent.Proven().at(again.next()).effects());
    }

    @Test
    void doneIsConfirmedOnlyWhenAllIsSettledHoweverOftenItComes() {
        DestinationStep first = DONE.at(new Running(RUNNING));
        assertEquals(DestinationStep.to(new Closing(RUNNING), new DestinationEffect.Finish("{}")), first);
        assertEquals(DestinationStep.to(new Closing(RUNNING)), DONE.at(first.next()));
        DestinationStep end = new DestinationEvent.Completed().at(first.next());
        assertEquals(List.of(new DestinationEffect.Close(), new DestinationEffect.SendClosed()), end.effects());
        assertEquals(
                List.of(new DestinationEffect.SendClosed()), DONE.at(end.next()).effects());
        assertEquals(
                List.of(new DestinationEffect.SendRunning(RUNNING)),
                YIELDED.at(end.next()).effects());
    }

    @Test
    void whoTookThePairAndLostItAnswersNothingThatPermitsAnything() {
        Lost lost = new Lost(RUNNING, "The host was booted.");
        for (DestinationEvent event : List.of(YIELDED, YIELDED_AND_GONE, KEPT, stopped(DIGEST), PEER_LOST, FAILED)) {
            DestinationStep step = event.at(lost);
            assertEquals(lost, step.next());
            assertFalse(step.effects().stream().anyMatch(DestinationMachineTest::isSent), event::toString);
        }
        assertEquals(new Closing(RUNNING), DONE.at(lost).next(), "its copies are gone already");
    }

    @Test
    void refuseIsSentOnlyWhenAllIsDestroyed() {
        DestinationStep step = KEPT.at(new Held());
        for (DestinationEvent event : List.of(YIELDED, KEPT, DONE, PEER_LOST, FAILED)) {
            assertFalse(
                    event.at(step.next()).effects().stream().anyMatch(DestinationMachineTest::isSent), event::toString);
        }
        DestinationStep end = new DestinationEvent.Destroyed().at(step.next());
        assertEquals(
                List.of(new DestinationEffect.Close(), new DestinationEffect.SendRefuse(ErrorCode.ROLLED_BACK, "kept")),
                end.effects());
        assertEquals(1, YIELDED.at(end.next()).effects().size(), "asked again, told again");
    }

    private static boolean isSent(DestinationEffect effect) {
        return effect instanceof DestinationEffect.SendRunning
                || effect instanceof DestinationEffect.SendRefuse
                || effect instanceof DestinationEffect.SendClosed
                || effect instanceof DestinationEffect.SendReady;
    }

    private static Coupling coupling(SourceWord word) {
        return new Coupling(SENT, word);
    }

    private static DestinationEvent stopped(StreamDigest target) {
        return new DestinationEvent.Stopped(
                new ControlMessage.Stopped(ID, target, DIGEST, 77, 5, "", "0".repeat(64), 8));
    }

    static Stream<DestinationState> statesBeforeTake() {
        return Stream.of(Receiving.start(), coupling(SourceWord.WAITS), new Held());
    }

    static Stream<DestinationState> statesWithoutASource() {
        return Stream.of(coupling(SourceWord.SILENT), coupling(SourceWord.YIELDED_AND_GONE), new Proving(true));
    }

    static Stream<DestinationState> statesFromHeldOn() {
        return Stream.concat(
                Stream.of(
                        coupling(SourceWord.WAITS),
                        coupling(SourceWord.SILENT),
                        new Held(),
                        new Proving(false),
                        new Proving(true)),
                statesFromTakeOn());
    }

    static Stream<DestinationState> statesFromTakeOn() {
        return Stream.of(
                new Taken(false),
                new Taken(true),
                new Running(RUNNING),
                new Closing(RUNNING),
                new Lost(RUNNING, "gone"),
                new Finished(Optional.of(RUNNING)));
    }
}
