/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
import java.util.List;
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

    @Test
    void aGoodMigrationGoesThroughAllStatesInOrder() {
        List<String> log = new ArrayList<>();
        DestinationState state = Receiving.start();
        for (DestinationEvent event : List.of(
                new DestinationEvent.Restored(Member.TARGET, DIGEST),
                stopped(DIGEST),
                new DestinationEvent.Restored(Member.GUARD, DIGEST),
                LOOK,
                new DestinationEvent.Yielded(),
                new DestinationEvent.Proven(),
                new DestinationEvent.Released(RUNNING),
                new DestinationEvent.Done("{}"))) {
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
                        "couple [Couple]",
                        "held [SendReady]",
                        "prove [Prove]",
                        "go [Decide, Release]",
                        "running [SendRunning]",
                        "ended [Finish]"),
                log);
    }

    @Test
    void takeIsDurableDirectlyBeforeTheRelease() {
        DestinationStep step = new DestinationEvent.Proven().at(new Proving());
        assertEquals(List.of(new Decide(Decision.TAKE), new Release()), step.effects());
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

    @Test
    void silenceNeverDestroysWhatMayBeTheLastCopy() {
        List<DestinationState> held = List.of(
                new Coupling(DIGEST, DIGEST, false), new Held(READY), new Proving(), new Taken(), new Running(RUNNING));
        for (DestinationState state : held) {
            DestinationStep step = new DestinationEvent.PeerLost("gone").at(state);
            assertFalse(step.effects().stream().anyMatch(Destroy.class::isInstance), state.phase());
            assertFalse(step.next() instanceof Refusing, state.phase());
        }
    }

    @Test
    void whileTheSourceIsSilentTheGuardIsPausedAndReadyIsNotLost() {
        DestinationState alone = new DestinationEvent.PeerLost("gone")
                .at(new Coupling(DIGEST, DIGEST, false))
                .next();
        DestinationStep step = LOOK.at(alone);
        assertEquals(new Held(READY), step.next());
        assertEquals(List.of(new DestinationEffect.PauseGuard()), step.effects());
    }

    @ParameterizedTest
    @MethodSource("statesBeforeTake")
    void keepAndOwnFailuresRefuseFirstAndDestroyThen(DestinationState state) {
        for (DestinationEvent event : List.of(
                new DestinationEvent.Kept("kept"), new DestinationEvent.Failed(ErrorCode.HYPERVISOR, "broken"))) {
            DestinationStep step = event.at(state);
            assertEquals(List.of(new Decide(Decision.REFUSE), new Destroy()), step.effects(), state.phase());
        }
    }

    @ParameterizedTest
    @MethodSource("statesFromTakeOn")
    void nothingAfterTakeDestroysOrRefuses(DestinationState state) {
        for (DestinationEvent event : List.of(
                new DestinationEvent.Kept("kept"),
                new DestinationEvent.PeerLost("gone"),
                new DestinationEvent.Yielded(),
                new DestinationEvent.Failed(ErrorCode.HYPERVISOR, "broken"))) {
            DestinationStep step = event.at(state);
            assertFalse(
                    step.effects().stream().anyMatch(e -> e instanceof Destroy || e instanceof Decide), state.phase());
        }
    }

    @Test
    void aYieldThatComesTwiceIsAnsweredTwice() {
        DestinationStep step = new DestinationEvent.Yielded().at(new Running(RUNNING));
        assertEquals(List.of(new DestinationEffect.SendRunning(RUNNING)), step.effects());
    }

    private static DestinationEvent stopped(StreamDigest target) {
        return new DestinationEvent.Stopped(new ControlMessage.Stopped(ID, target, DIGEST, 77, 5, ""));
    }

    static Stream<DestinationState> statesBeforeTake() {
        return Stream.of(Receiving.start(), new Coupling(DIGEST, DIGEST, false), new Held(READY));
    }

    static Stream<DestinationState> statesFromTakeOn() {
        return Stream.of(new Taken(), new Running(RUNNING), new Finished(true));
    }
}
