/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vmcoupler.coupling.source.SourceEvent.RolledBack;
import org.vmcoupler.coupling.source.SourceEvent.RolledBack.Result;
import org.vmcoupler.hypervisor.DomainEnd;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.sim.SimDomain;
import org.vmcoupler.inventory.ManagedDomain;
import org.vmcoupler.keeper.FakeProcess;

/** What a roll-back leaves behind, whatever goes wrong on its way. */
class RollBackTest {

    private static final String GUARDS_SHUTDOWN = "/local/domain/4/control/shutdown";
    /** Longer than any machine needs, and what is waited for in vain. */
    private static final Duration EVER = Duration.ofMinutes(2);

    private static final Duration SOON = Duration.ofMillis(200);

    private static final RunningSave ENDED = deadline -> true;

    private final Path folder;
    private final SourceHost source;

    RollBackTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        source = new SourceHost(folder);
    }

    @AfterEach
    void close() throws IOException {
        source.close();
    }

    /** Nothing in it waits for something that does not come. */
    private RolledBack rollBack(boolean stopping, RunningSave... saves) {
        return rollBack(source.patient(EVER, EVER), stopping, saves);
    }

    /** The guard leaves some requests unanswered, but not all. */
    private RolledBack rollBackOfSlowGuard(RunningSave... saves) {
        return rollBack(source.patient(SOON, EVER), true, saves);
    }

    /** It fails however often it is tried. */
    private RolledBack rollBackInVain(Duration answer, boolean stopping, RunningSave... saves) {
        return rollBack(source.patient(answer, SOON), stopping, saves);
    }

    private static RolledBack rollBack(HostParts host, boolean stopping, RunningSave... saves) {
        return new RollBack(host, PairHere.of(SourceHost.PAIR), SourceHost.ATTEMPT.toString(), stopping)
                .run(List.of(saves));
    }

    private String node(String path) {
        return source.xen.xenstore().read(path).orElse("");
    }

    @Test
    void aStoppedPairRunsOnGuardFirst() {
        source.stop();
        assertEquals(Result.WATCHED, rollBack(true, ENDED).result());
        assertEquals(
                List.of("stop log-dirty of 3", "resume 4", "release 4", "resume 3", "release 3"), source.xen.diary());
        assertEquals(List.of("remap"), source.agent.asked());
        assertTrue(source.target.runs());
    }

    @Test
    void aTargetThatNeverStoppedIsLookedAtAsItIs() {
        assertEquals(Result.WATCHED, rollBack(false, ENDED).result());
        assertEquals(List.of("watch"), source.agent.asked());
        assertFalse(source.xen.diary().contains("pause 3"));
    }

    @Test
    void aTargetThatSomebodyHadPausedIsNamedAsTheReason() {
        source.target.paused(true);
        RolledBack result = rollBack(true, ENDED);
        assertTrue(result.detail().contains("Somebody had paused the target"), result::toString);
        assertTrue(source.target.runs());
        source.stop();
        source.target.paused(true);
        assertFalse(rollBack(true, ENDED).detail().contains("Somebody"), "that was the shim");
    }

    @Test
    void aRequestThatCanBeTakenBackWasNeverSeenByTheGuest() {
        source.xen.xenstore().write(SourceHost.TARGETS_SHUTDOWN, "suspend");
        assertEquals(Result.WATCHED, rollBack(true, ENDED).result());
        assertEquals("", node(SourceHost.TARGETS_SHUTDOWN));
    }

    @Test
    void aRequestIsTakenBackBeforeTheSaveEndsSinceLibxlMayEmptyTheNodeThenToo() {
        source.xen.xenstore().write(SourceHost.TARGETS_SHUTDOWN, "suspend");
        RunningSave libxl = deadline -> {
            source.xen.xenstore().replace(SourceHost.TARGETS_SHUTDOWN, "suspend", "");
            return true;
        };
        assertEquals(Result.WATCHED, rollBack(true, libxl).result());
    }

    @Test
    void aHelperOfSomebodyElseIsEndedBeforeARequestIsTakenBackWhichItsLibxlWouldTakeForTheGuestsAnswer()
            throws IOException {
        source.xen.xenstore().write(SourceHost.TARGETS_SHUTDOWN, "suspend");
        try (FakeProcess helper = FakeProcess.start(folder, "libxl-save-helper", "--save-domain", "7", "-1", "3")) {
            boolean[] waited = {false};
            source.xen
                    .xenstore()
                    .watch(() -> waited[0] |= helper.isAlive()
                            && node(SourceHost.TARGETS_SHUTDOWN).isEmpty());
            assertEquals(Result.WATCHED, rollBack(true, ENDED).result());
            assertFalse(waited[0], "it still waited when the request was taken back");
            assertFalse(helper.isAlive());
        }
    }

    @Test
    void aSuspendedTargetIsNotResumedWhileAnXlMayBeHandingItsCopyOver() throws IOException {
        source.stop();
        try (FakeProcess xl = FakeProcess.start(folder, "xl", "migrate", "web", "beta")) {
            RolledBack result = rollBackInVain(EVER, true, ENDED);
            assertEquals(Result.GUARD_LOST, result.result());
            assertTrue(result.detail().contains("may run elsewhere"), result::toString);
            assertTrue(xl.isAlive(), "what it does is not known, so it is waited for");
        }
        assertFalse(source.xen.diary().contains("resume 3"), source.xen.diary()::toString);
        assertEquals(Result.WATCHED, rollBack(true, ENDED).result());
        assertTrue(source.target.runs());
    }

    @Test
    void aTargetThatHasSuspendedAndIsResumedByTheXlThatSavedItIsNoLateSuspend() throws IOException {
        source.stop();
        try (FakeProcess xl = FakeProcess.start(folder, "xl", "save", "web", "file")) {
            RunningSave itFails = deadline -> {
                if (source.target.info().suspended() && source.xen.diary().contains("pause 3")) {
                    xl.close();
                    source.xen.resume(new Domid(3));
                }
                return true;
            };
            assertEquals(Result.WATCHED, rollBack(true, itFails).result());
        }
        assertTrue(source.target.runs());
    }

    @Test
    void aTargetThatSuspendsWhileItsGuardProvesIsNoLateSuspendEither() {
        source.xen.xenstore().write(SourceHost.TARGETS_SHUTDOWN, "");
        source.xen.xenstore().watch(() -> {
            if (!source.xen.diary().contains("resume 3")) {
                source.target.suspend();
            }
        });
        assertEquals(Result.WATCHED, rollBack(true, ENDED).result());
        assertTrue(source.target.runs());
    }

    @Test
    void aSuspendedTargetIsNotResumedWhileLibvirtMayBeHandingItsCopyOver() {
        source.stop();
        source.libvirt.started(
                SourceHost.TARGET,
                new ManagedDomain(
                        "web", "paused", true, Map.of(), Optional.empty(), Optional.of("has a job under way on it")));
        RolledBack result = rollBackInVain(EVER, true, ENDED);
        assertEquals(Result.GUARD_LOST, result.result());
        assertTrue(result.detail().contains("libvirt, which has a job"), result::toString);
        assertFalse(source.xen.diary().contains("resume 3"), source.xen.diary()::toString);
    }

    @Test
    void aTargetThatXlGivesAwayWhileItsGuardProvesIsNotResumed() {
        source.stop();
        AtomicBoolean away = new AtomicBoolean();
        source.xen.xenstore().watch(() -> {
            if (!away.getAndSet(true)) {
                source.xen.rename(new Domid(3), "web", "web--migratedaway");
            }
        });
        RolledBack result = rollBack(true, ENDED);
        assertEquals(Result.GUARD_LOST, result.result());
        assertTrue(result.detail().contains("given the target away"), result::toString);
        assertFalse(source.xen.diary().contains("resume 3"), source.xen.diary()::toString);
    }

    @Test
    void aRequestThatTheTargetHasTakenLeavesASuspendThatMayComeLate() {
        source.xen.xenstore().write(SourceHost.TARGETS_SHUTDOWN, "");
        assertEquals(Result.SUSPEND_PENDING, rollBack(true, ENDED).result());
        assertTrue(source.target.runs());
        assertTrue(source.guard.runs());
    }

    @Test
    void aGuardThatAnswersHasProvenThatNoSuspendOfItsIsUnderWay() {
        source.target.suspend();
        source.target.paused(true);
        source.xen.xenstore().write(GUARDS_SHUTDOWN, "");
        assertEquals(Result.WATCHED, rollBack(true, ENDED).result());
    }

    @Test
    void aGuardThatSuspendsInsteadOfAnsweringIsResumedAndAskedAgain() {
        source.stop();
        AtomicInteger requests = new AtomicInteger();
        source.xen.xenstore().watch(() -> {
            if (requests.incrementAndGet() == 1) {
                source.xen.xenstore().remove("/local/domain/4/data/vmcoupler/reply");
                source.guard.suspend();
            }
        });
        assertEquals(Result.WATCHED, rollBackOfSlowGuard(ENDED).result());
        assertEquals(2, source.xen.diary().stream().filter("resume 4"::equals).count());
        assertTrue(source.target.runs());
    }

    @Test
    void aSaveThatCannotBeEndedLeavesAStoppedTargetPaused() {
        source.target.suspend();
        RolledBack end = rollBackInVain(EVER, true, deadline -> false);
        assertEquals(Result.GUARD_LOST, end.result());
        assertTrue(source.target.info().paused());
        assertFalse(source.xen.diary().contains("resume 3"));
    }

    @Test
    void aSaveThatCannotBeEndedLeavesAWatchedTargetRunning() {
        RolledBack end = rollBackInVain(EVER, false, deadline -> false);
        assertEquals(Result.GUARD_LOST, end.result());
        assertTrue(source.target.runs());
        assertTrue(end.detail().contains("watched"), end.detail());
    }

    @Test
    void aSaveThatCannotBeEndedPausesATargetWhoseGuardIsSilent() {
        source.agent.silentFor(Integer.MAX_VALUE);
        assertEquals(
                Result.GUARD_LOST,
                rollBackInVain(SOON, false, deadline -> false).result());
        assertFalse(source.target.runs());
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop log-dirty of 3", "resume 4", "release 4", "resume 3", "release 3"})
    void whatFailsOnceIsTriedAgainAndTheTargetStandsMeanwhile(String step) {
        source.stop();
        source.xen.fail(step, 1);
        assertEquals(Result.WATCHED, rollBack(true, ENDED).result());
        assertTrue(source.xen.diary().contains("pause 3"), source.xen.diary()::toString);
        assertTrue(source.target.runs());
    }

    @Test
    void aXenstoreThatFailsForALongTimeLeavesTheTargetPaused() {
        source.xen.fail("stop log-dirty of 3", Integer.MAX_VALUE);
        assertEquals(Result.GUARD_LOST, rollBackInVain(EVER, true, ENDED).result());
        assertFalse(source.target.runs());
    }

    @Test
    void whatFailsIsTriedAgainUntilTheDaemonEnds() {
        source.xen.fail("stop log-dirty of 3", Integer.MAX_VALUE);
        Thread self = Thread.currentThread();
        AtomicInteger tries = new AtomicInteger();
        RunningSave counted = deadline -> {
            if (tries.incrementAndGet() == 3) {
                self.interrupt();
            }
            return true;
        };
        assertEquals(Result.GUARD_LOST, rollBack(true, counted).result());
        assertTrue(Thread.interrupted());
        assertEquals(3, tries.get());
        assertFalse(source.target.runs());
    }

    @Test
    void aGuardThatComesLateIsStillEarlyEnough() {
        source.stop();
        source.agent.silentFor(2);
        assertEquals(Result.WATCHED, rollBackOfSlowGuard(ENDED).result());
        assertTrue(source.target.runs());
    }

    @Test
    void aTargetThatSomebodyHasDestroyedIsGoneThoughItsGuardMapsItYet() {
        source.target.end(DomainEnd.DESTROYED);
        assertEquals(Result.GONE, rollBack(true, ENDED).result());
        assertFalse(
                source.xen.diary().contains("pause 3"), () -> source.xen.diary().toString());
    }

    @Test
    void aTargetThatIsGoneIsNothingToRollBackAndAStrangerIsLeftAlone() {
        source.xen.add(new SimDomain(new Domid(3), new java.util.UUID(9, 9), "stranger", 16));
        assertEquals(Result.GONE, rollBack(true, ENDED).result());
        assertEquals(List.of(), source.xen.diary());
        assertEquals(Optional.empty(), source.xen.xenstore().read(GUARDS_SHUTDOWN));
    }

    @Test
    void aGuardThatIsGoneLeavesTheTargetPaused() {
        source.xen.destroy(new Domid(4), SourceHost.SHORT);
        assertEquals(Result.GUARD_LOST, rollBackInVain(EVER, true, ENDED).result());
        assertFalse(source.target.runs());
    }
}
