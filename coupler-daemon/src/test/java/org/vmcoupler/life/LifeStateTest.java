/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.life;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vmcoupler.hypervisor.DomainEnd;

/** What each state makes of each event. */
class LifeStateTest {

    private static final LifePolicy PAUSE = policy(OnGuardLoss.PAUSE);
    private static final LifeEvent LATE = new LifeEvent.LookLate("silent");
    private static final LifeEvent GUARD_DEAD = new LifeEvent.GuardEnded(DomainEnd.DESTROYED);

    private static LifePolicy policy(OnGuardLoss loss) {
        return new LifePolicy(OnEnd.STOP, OnEnd.RESTART, OnEnd.KEEP, OnEnd.RESTART, loss, Duration.ofSeconds(5));
    }

    private static List<String> names(LifeStep step) {
        return step.effects().stream()
                .filter(effect -> !(effect instanceof LifeEffect.Alert))
                .map(effect -> effect.getClass().getSimpleName())
                .toList();
    }

    static Stream<LifeState> states() {
        return Stream.of(
                new Watched(),
                new Regaining(true, NextGuard.SAME, 0),
                new Regaining(false, NextGuard.SAME, 0),
                new Seized(),
                new Remaking(0),
                new Down("CRASH"),
                new Leaving(false),
                new Leaving(true),
                new Leaving(true, true),
                new Ending(),
                new Over());
    }

    @Test
    void aLostGuardHoldsTheTargetBeforeAnythingElse() {
        for (LifeEvent loss : List.of(LATE, GUARD_DEAD)) {
            LifeStep step = new Watched().next(loss, PAUSE);
            assertEquals(new LifeEffect.Hold(), step.effects().get(0));
            assertTrue(step.state().holds());
            assertEquals(List.of("Hold", "Regain"), names(step));
        }
    }

    @Test
    void aGuardThatIsOnlySilentIsAskedAgainBeforeItIsReplaced() {
        LifeStep step = new Watched().next(LATE, PAUSE);
        assertEquals(new Regaining(true, NextGuard.SAME, 0), step.state());
        step = step.state().next(new LifeEvent.NotRegained("silent"), PAUSE);
        assertEquals(new Regaining(true, NextGuard.SAME, 1), step.state());
        step = step.state().next(new LifeEvent.NotRegained("silent"), PAUSE);
        assertEquals(new Regaining(true, NextGuard.FRESH, 2), step.state());
        assertTrue(step.effects().contains(new LifeEffect.Regain(NextGuard.FRESH, 2)), step::toString);
    }

    @Test
    void aDeadGuardIsReplacedAtOnce() {
        assertTrue(new Watched().next(GUARD_DEAD, PAUSE).effects().contains(new LifeEffect.Regain(NextGuard.FRESH, 0)));
        LifeState asking = new Regaining(true, NextGuard.SAME, 0);
        assertEquals(
                new Regaining(true, NextGuard.FRESH, 0),
                asking.next(GUARD_DEAD, PAUSE).state());
    }

    @Test
    void theOtherPoliciesForALostGuard() {
        LifeStep on = new Watched().next(LATE, policy(OnGuardLoss.CONTINUE));
        assertEquals(List.of("Regain"), names(on));
        assertFalse(on.state().holds());
        assertEquals("unwatched", on.state().phase());
        LifeStep off = new Watched().next(LATE, policy(OnGuardLoss.SHUTDOWN));
        assertEquals(List.of("AskTarget"), names(off));
        assertEquals(
                List.of("EndPair"),
                names(off.state().next(new LifeEvent.GraceOver(), PAUSE)).subList(1, 2));
    }

    @ParameterizedTest
    @CsvSource({
        "POWEROFF, EndPair, stopping",
        "REBOOT, MakeTarget, restarting",
        "SOFT_RESET, MakeTarget, restarting",
        "CRASH, , down",
        "UNKNOWN, , down",
        "WATCHDOG, MakeTarget, restarting",
        "DESTROYED, EndPair, stopping"
    })
    void aTargetThatHasEndedIsDealtWithByItsPolicy(DomainEnd end, String effect, String phase) {
        LifeStep step = new Watched().next(new LifeEvent.TargetEnded(end), PAUSE);
        assertEquals(effect == null ? List.of() : List.of(effect), names(step));
        assertEquals(phase, step.state().phase());
    }

    @Test
    void aTargetThatSuspendsItselfIsResumedAfterAProvenLook() {
        LifeStep step = new Watched().next(new LifeEvent.TargetEnded(DomainEnd.SUSPEND), PAUSE);
        assertEquals(List.of("Hold", "Regain"), names(step));
        assertEquals(
                new Watched(),
                step.state().next(new LifeEvent.Regained(), PAUSE).state());
    }

    @Test
    void aTargetThatOthersSaveStandsStillUntilTheyHaveLeftIt() {
        for (LifeState state : List.of(
                new Watched(), new Regaining(true, NextGuard.SAME, 1), new Regaining(false, NextGuard.SAME, 0))) {
            LifeStep step = state.next(new LifeEvent.SavedByOthers("xl"), PAUSE);
            assertEquals(List.of("Hold", "EndSaves"), names(step));
            LifeStep same = step.state().next(new LifeEvent.TargetSuspended(1), PAUSE);
            assertEquals(new LifeStep(new Seized(), List.of()), same, "it is not resumed");
            assertEquals(List.of("EndSaves"), names(step.state().next(new LifeEvent.SavedByOthers("xl"), PAUSE)));
            LifeStep over = step.state().next(new LifeEvent.SaveOver(), PAUSE);
            assertEquals(new Regaining(true, NextGuard.SAME, 0), over.state());
            assertEquals(List.of("Regain"), names(over));
        }
    }

    @Test
    void aTargetThatWasSavedAndDestroyedEndsItsPairAndSaysWhere() {
        LifeStep step = new Seized().next(new LifeEvent.TargetEnded(DomainEnd.DESTROYED), PAUSE);
        assertEquals(List.of("EndPair"), names(step));
        assertTrue(step.effects().toString().contains("only copy"), step::toString);
        LifeStep asked = new Leaving(true, true).next(new LifeEvent.TargetEnded(DomainEnd.DESTROYED), PAUSE);
        assertEquals(List.of("EndPair"), names(asked), "it is not started again here");
        LifeStep plain = new Watched().next(new LifeEvent.TargetEnded(DomainEnd.DESTROYED), PAUSE);
        assertTrue(plain.effects().toString().contains("somebody has destroyed the target"), plain::toString);
    }

    @Test
    void aTargetThatWasGivenAwayIsWaitedForUnlessItIsToEnd() {
        LifeEvent given = new LifeEvent.GivenAway("xl migrate");
        assertEquals(new Seized(), new Watched().next(given, PAUSE).state());
        assertEquals(new LifeStep(new Seized(), List.of(new LifeEffect.EndSaves())), new Seized().next(given, PAUSE));
        assertEquals(List.of("EndSaves"), names(new Leaving(false).next(given, PAUSE)));
        assertEquals(List.of("EndPair"), names(new Leaving(false, true).next(given, PAUSE)));
    }

    @Test
    void aGuardThatIsOnlySuspendedIsResumedAndNotReplaced() {
        LifeStep step = new Watched().next(new LifeEvent.GuardEnded(DomainEnd.SUSPEND), PAUSE);
        assertTrue(step.effects().contains(new LifeEffect.Regain(NextGuard.SAME, 0)), step::toString);
    }

    @Test
    void aTargetThatSuspendsItselfAgainAndAgainWaitsLongerEachTime() {
        LifeStep first = new Watched().next(new LifeEvent.TargetSuspended(1), PAUSE);
        assertEquals(new LifeEffect.Hold(), first.effects().get(0));
        assertTrue(first.effects().contains(new LifeEffect.Regain(NextGuard.SAME, 0)), first::toString);
        assertEquals(new Regaining(true, NextGuard.SAME, 0), first.state());
        LifeStep seventh = new Watched().next(new LifeEvent.TargetSuspended(7), PAUSE);
        assertTrue(seventh.effects().contains(new LifeEffect.Regain(NextGuard.SAME, 6)), seventh::toString);
        assertEquals(first.state(), seventh.state(), "its guard is not to blame and is not replaced for it");
        assertTrue(
                seventh.effects().stream()
                        .anyMatch(effect -> effect instanceof LifeEffect.Alert alert
                                && alert.text().contains("7 times")),
                seventh::toString);
    }

    @Test
    void aHeldTargetThatSomebodyUnpausesIsPausedAgain() {
        LifeStep step = new Regaining(true, NextGuard.SAME, 1).next(new LifeEvent.HeldTargetRuns(), PAUSE);
        assertEquals(new Regaining(true, NextGuard.SAME, 1), step.state());
        assertEquals(List.of("Hold"), names(step));
    }

    @Test
    void aNewTargetGetsItsGuardFromTheOldOneAndIfThatFailsAFreshOne() {
        LifeStep step = new Remaking(2).next(new LifeEvent.Made(), PAUSE);
        assertEquals(new Regaining(true, NextGuard.CARRIED, 0), step.state());
        assertEquals(List.of(new LifeEffect.Regain(NextGuard.CARRIED, 0)), step.effects());
        LifeStep again = step.state().next(new LifeEvent.NotRegained("it does not save"), PAUSE);
        assertEquals(new Regaining(true, NextGuard.FRESH, 1), again.state());
    }

    @Test
    void aTargetThatCannotBeMadeStaysDownAfterSomeTries() {
        LifeState state = new Remaking(0);
        int tries = 0;
        while (state instanceof Remaking) {
            state = state.next(new LifeEvent.NotMade("no memory"), PAUSE).state();
            tries++;
        }
        assertEquals(Remaking.TRIES, tries);
        assertEquals("down", state.phase());
        assertEquals(List.of("MakeTarget"), names(state.next(new LifeEvent.StopAsked(true), PAUSE)));
    }

    @Test
    void aStopAsksTheTargetAndEndsThePairWhenItHasEndedOrItsTimeIsOver() {
        LifeStep step = new Watched().next(new LifeEvent.StopAsked(false), PAUSE);
        assertEquals(List.of("AskTarget"), names(step));
        assertTrue(step.state().looks(), "it is watched to its end");
        LifeStep ended = step.state().next(new LifeEvent.TargetEnded(DomainEnd.POWEROFF), PAUSE);
        assertEquals(List.of("EndPair"), names(ended));
        assertEquals(List.of("Hold", "EndPair"), names(step.state().next(new LifeEvent.GraceOver(), PAUSE)));
        assertEquals(
                new Over(), ended.state().next(new LifeEvent.PairEnded(), PAUSE).state());
    }

    @Test
    void aRestartMakesANewTargetWhateverThePolicySays() {
        LifeStep step = new Watched().next(new LifeEvent.StopAsked(true), PAUSE);
        LifeStep ended = step.state().next(new LifeEvent.TargetEnded(DomainEnd.CRASH), PAUSE);
        assertEquals(List.of("MakeTarget"), names(ended));
    }

    @Test
    void anEndThatFailsIsTriedAgainLater() {
        LifeStep step = new Ending().next(new LifeEvent.NotEnded("zombie", 3), PAUSE);
        assertTrue(step.effects().contains(new LifeEffect.EndPair(4)), step::toString);
    }

    @ParameterizedTest
    @MethodSource("states")
    void onlyAProvenLookLeadsToWatched(LifeState state) {
        List<LifeEvent> others = List.of(
                LATE,
                GUARD_DEAD,
                new LifeEvent.HeldTargetRuns(),
                new LifeEvent.SavedByOthers("xl"),
                new LifeEvent.GivenAway("xl"),
                new LifeEvent.SaveOver(),
                new LifeEvent.TargetSuspended(2),
                new LifeEvent.NotRegained("x"),
                new LifeEvent.Made(),
                new LifeEvent.NotMade("x"),
                new LifeEvent.StopAsked(true),
                new LifeEvent.GraceOver(),
                new LifeEvent.NotEnded("x", 0));
        for (LifeEvent event : others) {
            LifeState next = state.next(event, PAUSE).state();
            assertTrue(next.equals(state) || !(next instanceof Watched), () -> state + " on " + event + ": " + next);
        }
    }

    @ParameterizedTest
    @EnumSource(DomainEnd.class)
    void whatIsOverStaysOver(DomainEnd end) {
        assertEquals(
                new Over(),
                new Over().next(new LifeEvent.TargetEnded(end), PAUSE).state());
        assertEquals(List.of(), new Over().next(GUARD_DEAD, PAUSE).effects());
    }
}
