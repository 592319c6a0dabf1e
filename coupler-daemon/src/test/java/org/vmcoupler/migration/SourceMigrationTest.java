/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vmcoupler.migration.SourceHost.ATTEMPT;
import static org.vmcoupler.migration.SourceHost.until;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.Decision;
import org.vmcoupler.control.DefinitionAnswer;
import org.vmcoupler.control.StreamDigest;
import org.vmcoupler.coupling.Lockstep;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.OnTimeout;
import org.vmcoupler.coupling.PreCopyLimits;
import org.vmcoupler.coupling.source.Looks;
import org.vmcoupler.coupling.source.Preparing;
import org.vmcoupler.coupling.source.RollingBack;
import org.vmcoupler.coupling.source.SourceEffect;
import org.vmcoupler.coupling.source.SourceEvent;
import org.vmcoupler.coupling.source.SuspendPending;
import org.vmcoupler.coupling.source.TargetStopping;
import org.vmcoupler.coupling.source.Yielded;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.inventory.InMemoryDomains;
import org.vmcoupler.inventory.ManagedDomain;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.report.MigrationReport;

/** A migration at its source with everything that it carries out, from YIELD or KEEP to its end. */
class SourceMigrationTest {

    private static final ControlMessage RUNNING = new ControlMessage.Running(ATTEMPT, 1, 1, -1, 0);
    private static final StreamDigest DIGEST = new StreamDigest(8, "f".repeat(32));
    private static final ControlMessage READY = new ControlMessage.Ready(ATTEMPT, DIGEST, DIGEST, -1, -1);
    private static final ControlMessage REFUSE = new ControlMessage.Refuse(ATTEMPT, ErrorCode.ROLLED_BACK, "no");
    private static final ControlMessage CLOSED = new ControlMessage.Closed(ATTEMPT);
    private static final LeftBehind STOPPING = new LeftBehind(List.of(), true);

    private final SourceHost source;

    SourceMigrationTest(@TempDir Path folder) throws IOException {
        source = new SourceHost(folder);
    }

    @AfterEach
    void close() throws IOException {
        source.close();
    }

    private SourceMigration yielded() {
        source.stop();
        source.journal.append(new JournalRecord.Yield(ATTEMPT, ""));
        SourceMigration migration = source.migration(new Yielded(), Optional.of(STOPPING));
        migration.begin(source.peer(), "");
        return migration;
    }

    private SourceMigration rolledBack(Optional<LeftBehind> left) {
        source.journal.append(new JournalRecord.Keep(ATTEMPT, "", false));
        SourceMigration migration = source.migration(new RollingBack(ErrorCode.ROLLED_BACK, "why.", false), left);
        migration.begin(source.peer(), "");
        migration.resume(new SourceEffect.SendKeep("why."), new SourceEffect.RollBack());
        return migration;
    }

    private boolean open() {
        return source.journal.state().open().containsKey(ATTEMPT);
    }

    private boolean done() {
        return Optional.ofNullable(source.journal.state().open().get(ATTEMPT))
                .orElseThrow()
                .running();
    }

    @Test
    void doneIsBroughtOverANewConnectionWhenTheOldOneWasLostDuringTheCleanUp() throws Exception {
        source.xen.fail("destroy 4", 1);
        SourceMigration migration = yielded();
        migration.received(RUNNING);
        migration.post(new SourceEvent.PeerLost("gone"));
        SourceHost.Sent done = source.errand();
        assertInstanceOf(ControlMessage.Done.class, done.errand().message());
        assertEquals("peer-journal", done.errand().journalId());
        assertEquals(List.of("destroy 4", "destroy 3"), source.xen.diary());
        assertFalse(done.settles().test(REFUSE), "Done is brought until it is closed");
        assertTrue(done.settles().test(CLOSED));
        assertEquals("completed", migration.result().get(20, TimeUnit.SECONDS).outcome());
        assertFalse(open());
    }

    /** Leads a migration to the moment at which the destination is ready. */
    private SourceMigration ready() {
        source.target.ran(5_000);
        source.target.suspend();
        source.target.paused(true);
        SourceMigration migration = source.migration(new TargetStopping(false, false), Optional.empty());
        migration.begin(source.peer(), "");
        migration.resume(new SourceEffect.RecordStopping());
        migration.post(new SourceEvent.Suspended(Member.TARGET, true, true));
        until(() -> migration.view().progress().phase().equals("guard-stop"));
        source.guard.suspend();
        source.guard.paused(true);
        migration.post(new SourceEvent.Suspended(Member.GUARD, true, true));
        migration.post(new SourceEvent.Saved(Member.TARGET, DIGEST));
        migration.post(new SourceEvent.Saved(Member.GUARD, DIGEST));
        until(() -> source.sent.stream().anyMatch(ControlMessage.Stopped.class::isInstance));
        return migration;
    }

    @Test
    void theKeeperLooksOnDuringAWholeRollBackOfWhatNeverStopped() {
        Lockstep lockstep = Lockstep.start(new PreCopyLimits(300, 10, 60_000, OnTimeout.CANCEL), 0);
        SourceView view =
                source.migration(new Preparing(lockstep), Optional.empty()).view();
        assertEquals(Looks.PARKED, view.looks());
        view.entered(new RollingBack(ErrorCode.CANCELLED, "why.", false));
        assertEquals(Looks.IF_IT_RUNS, view.looks());
        view.entered(new RollingBack(ErrorCode.CANCELLED, "why.", true));
        assertEquals(Looks.IF_IT_RUNS, view.looks(), "each tick enters a state again");
    }

    @Test
    void theKeeperLooksOnDuringTheRollBackThatADaemonFindsAtItsStart() {
        RollingBack first = new RollingBack(ErrorCode.ROLLED_BACK, "why.", false);
        assertEquals(
                Looks.IF_IT_RUNS,
                source.migration(first, Optional.empty()).view().looks(),
                "whether its target runs is not known");
    }

    @Test
    void theKeeperLooksOnDuringTheRollBackOfATargetThatDidNotStop() {
        SourceView view = source.migration(new TargetStopping(true, true), Optional.empty())
                .view();
        assertEquals(Looks.IF_IT_RUNS, view.looks());
        view.entered(new RollingBack(ErrorCode.ROLLED_BACK, "why.", false));
        assertEquals(Looks.IF_IT_RUNS, view.looks());
    }

    @Test
    void aPairWhoseTargetStoodStillIsYieldedAndTheReportSaysSo() throws Exception {
        SourceMigration migration = ready();
        migration.received(READY);
        until(() -> source.journal.state().decision(ATTEMPT) == Decision.YIELD);
        migration.received(RUNNING);
        until(() -> source.sent.stream().anyMatch(ControlMessage.Done.class::isInstance));
        migration.received(CLOSED);
        assertEquals(0, migration.result().get(20, TimeUnit.SECONDS).cpuTimeSinceStopNs());
    }

    @Test
    void aPairWhoseTargetRanOnAfterItsStopIsKeptAndRunsOnWatched() throws Exception {
        SourceMigration migration = ready();
        source.target.ran(7);
        migration.received(READY);
        MigrationReport report = migration.result().get(20, TimeUnit.SECONDS);
        assertEquals(Decision.KEEP, source.journal.state().decision(ATTEMPT));
        assertTrue(report.reason().contains("ran on for 7 ns after its stop"), report::reason);
        assertEquals(7, report.cpuTimeSinceStopNs());
        assertEquals(List.of("quiesce", "remap"), source.agent.asked());
        assertTrue(source.target.runs());
        assertFalse(source.sent.stream().anyMatch(ControlMessage.Yield.class::isInstance));
    }

    @Test
    void aTargetThatRanOnBehindYieldIsInTheReport() throws Exception {
        SourceMigration migration = ready();
        migration.received(READY);
        until(() -> source.journal.state().decision(ATTEMPT) == Decision.YIELD);
        source.target.ran(9);
        migration.received(RUNNING);
        until(() -> source.sent.stream().anyMatch(ControlMessage.Done.class::isInstance));
        migration.received(CLOSED);
        assertEquals(9, migration.result().get(20, TimeUnit.SECONDS).cpuTimeSinceStopNs());
    }

    @Test
    void aDefinitionGoesWithDoneAndLeavesOnceTheDestinationHasIt() throws Exception {
        String xml = InMemoryDomains.xml("web", SourceHost.TARGET);
        source.libvirt.define(xml);
        SourceMigration migration = yielded();
        migration.received(RUNNING);
        until(() -> source.sent.stream()
                .anyMatch(m -> m instanceof ControlMessage.Done done
                        && done.targetDefinition().equals(xml)
                        && done.guardDefinition().isEmpty()));
        assertTrue(source.libvirt.of(SourceHost.TARGET).isPresent(), "it stays until the destination has it");
        migration.received(new ControlMessage.Closed(ATTEMPT, DefinitionAnswer.DEFINED, DefinitionAnswer.NONE));
        assertEquals("completed", migration.result().get(20, TimeUnit.SECONDS).outcome());
        assertEquals(Optional.empty(), source.libvirt.of(SourceHost.TARGET));
    }

    @Test
    void aDefinitionThatTheDestinationDoesNotHaveStays() throws Exception {
        source.libvirt.define(InMemoryDomains.xml("web", SourceHost.TARGET));
        SourceMigration migration = yielded();
        migration.received(RUNNING);
        until(() -> source.sent.stream().anyMatch(ControlMessage.Done.class::isInstance));
        migration.received(
                new ControlMessage.Closed(ATTEMPT, new DefinitionAnswer(false, "no\n"), DefinitionAnswer.DEFINED));
        assertEquals("completed", migration.result().get(20, TimeUnit.SECONDS).outcome());
        assertTrue(source.libvirt.of(SourceHost.TARGET).isPresent());
    }

    @Test
    void aClosedBeforeDoneTakesNoDefinition() throws Exception {
        source.libvirt.define(InMemoryDomains.xml("web", SourceHost.TARGET));
        SourceMigration migration = yielded();
        migration.received(new ControlMessage.Closed(ATTEMPT, DefinitionAnswer.DEFINED, DefinitionAnswer.DEFINED));
        until(() -> source.sent.stream().anyMatch(ControlMessage.Done.class::isInstance));
        assertTrue(source.libvirt.of(SourceHost.TARGET).isPresent());
    }

    @Test
    void aLibvirtThatRefusesChangesNothingOfTheOutcome() throws Exception {
        source.libvirt.define(InMemoryDomains.xml("web", SourceHost.TARGET));
        source.libvirt.refuse("libvirt did not answer within 5000 ms.");
        SourceMigration migration = yielded();
        migration.received(RUNNING);
        until(() -> source.sent.stream().anyMatch(ControlMessage.Done.class::isInstance));
        migration.received(new ControlMessage.Closed(ATTEMPT, DefinitionAnswer.DEFINED, DefinitionAnswer.NONE));
        assertEquals("completed", migration.result().get(20, TimeUnit.SECONDS).outcome());
        assertFalse(open());
    }

    @Test
    void aLibvirtThatHangsKeepsItsDefinitionAndChangesNothingOfTheOutcome() throws Exception {
        source.libvirt.define(InMemoryDomains.xml("web", SourceHost.TARGET));
        source.libvirt.hang("libvirt did not answer within 60000 ms.");
        SourceMigration migration = yielded();
        migration.received(RUNNING);
        until(() -> source.sent.stream()
                .anyMatch(m -> m instanceof ControlMessage.Done done
                        && done.targetDefinition().isEmpty()));
        migration.received(CLOSED);
        assertEquals("completed", migration.result().get(20, TimeUnit.SECONDS).outcome());
        source.libvirt.hang("");
        assertTrue(source.libvirt.of(SourceHost.TARGET).isPresent());
    }

    /** It may come back at once, and then nothing of this attempt may keep its keeper from it. */
    @Test
    void aPairThatHasLeftIsFreeBeforeLibvirtAnswers() throws Exception {
        CountDownLatch answers = new CountDownLatch(1);
        source.libvirt.define(InMemoryDomains.xml("web", SourceHost.TARGET));
        source.libvirt.waitFor(answers);
        SourceMigration migration = yielded();
        migration.received(RUNNING);
        migration.freed().get(20, TimeUnit.SECONDS);
        assertFalse(source.journal.state().pairs().containsKey(SourceHost.TARGET));
        assertFalse(source.sent.stream().anyMatch(ControlMessage.Done.class::isInstance));
        source.journal.append(new JournalRecord.Pair(SourceHost.TARGET, SourceHost.PAIR, "boot-1"));
        answers.countDown();
        until(() -> source.sent.stream()
                .anyMatch(m -> m instanceof ControlMessage.Done done
                        && !done.targetDefinition().isEmpty()));
        migration.received(new ControlMessage.Closed(ATTEMPT, DefinitionAnswer.DEFINED, DefinitionAnswer.NONE));
        assertEquals("completed", migration.result().get(20, TimeUnit.SECONDS).outcome());
        assertTrue(source.libvirt.of(SourceHost.TARGET).isPresent(), "it belongs to the pair that has come back");
    }

    @Test
    void aDefinitionThatIsTooLongStays() throws Exception {
        String xml = InMemoryDomains.xml("web", SourceHost.TARGET);
        source.libvirt.define(xml + " ".repeat(ControlMessage.Done.DEFINITION_CHARS - xml.length()));
        source.libvirt.started(
                SourceHost.GUARD,
                new ManagedDomain(
                        "web-guard",
                        "running",
                        true,
                        Map.of(),
                        Optional.of("\u00fc".repeat(20_000)),
                        Optional.empty()));
        SourceMigration migration = yielded();
        migration.received(RUNNING);
        until(() -> source.sent.stream().anyMatch(ControlMessage.Done.class::isInstance));
        ControlMessage.Done done = source.sent.stream()
                .filter(ControlMessage.Done.class::isInstance)
                .map(ControlMessage.Done.class::cast)
                .findFirst()
                .orElseThrow();
        assertEquals(
                ControlMessage.Done.DEFINITION_CHARS, done.targetDefinition().length(), "just fits");
        assertEquals("", done.guardDefinition());
    }

    @Test
    void aRolledBackMigrationLeavesTheDefinitionAsItIs() throws Exception {
        source.libvirt.define(InMemoryDomains.xml("web", SourceHost.TARGET));
        SourceMigration migration = rolledBack(Optional.empty());
        migration.received(REFUSE);
        migration.ended().get(20, TimeUnit.SECONDS);
        assertTrue(source.libvirt.of(SourceHost.TARGET).isPresent());
    }

    @Test
    void doneThatWasSentOverALostConnectionIsSentAgain() throws Exception {
        SourceMigration migration = yielded();
        migration.received(RUNNING);
        until(() -> source.sent.stream().anyMatch(ControlMessage.Done.class::isInstance));
        migration.post(new SourceEvent.PeerLost("gone"));
        assertInstanceOf(ControlMessage.Done.class, source.errand().errand().message());
    }

    @Test
    void copiesThatCannotBeDestroyedYetAreTriedAgainUntilTheyAreGone() throws Exception {
        source.xen.fail("destroy 3", 2);
        SourceMigration migration = yielded();
        migration.received(RUNNING);
        until(() -> source.sent.stream().anyMatch(ControlMessage.Done.class::isInstance));
        assertEquals(List.of("destroy 4", "destroy 3"), source.xen.diary());
        assertEquals(java.util.Map.of(), source.journal.state().pairs());
    }

    @Test
    void aDestinationThatHasClosedAlreadyHasThePair() throws Exception {
        SourceMigration migration = yielded();
        source.journal.append(new JournalRecord.Unpair(SourceHost.TARGET));
        migration.received(CLOSED);
        until(() -> source.sent.stream().anyMatch(ControlMessage.Done.class::isInstance));
        assertEquals(List.of("destroy 4", "destroy 3"), source.xen.diary());
    }

    @Test
    void aPairThatCameBackUnderOtherNumbersStaysCoupled() throws Exception {
        SourceMigration migration = yielded();
        PairFacts back = new PairFacts("web", SourceHost.TARGET, 7, "web-guard", SourceHost.GUARD, 8);
        source.journal.append(new JournalRecord.Pair(SourceHost.TARGET, back, "boot-1"));
        migration.received(RUNNING);
        until(() -> source.sent.stream().anyMatch(ControlMessage.Done.class::isInstance));
        assertEquals(
                List.of(back),
                source.journal.state().pairs().values().stream()
                        .map(JournalRecord.Pair::pair)
                        .toList());
    }

    @Test
    void whatIsSaidOfAnotherMigrationIsNotHeard() throws Exception {
        SourceMigration migration = yielded();
        migration.received(new ControlMessage.Refuse(new UUID(0, 0), ErrorCode.PROTOCOL, "another"));
        migration.received(new ControlMessage.Running(new UUID(7, 7), 1, 1, -1, 0));
        migration.received(REFUSE);
        until(() -> source.target.runs());
        assertEquals(Decision.KEEP, source.journal.state().decision(ATTEMPT));
        assertFalse(source.xen.diary().contains("destroy 3"));
    }

    @Test
    void aPairThatWasRolledBackIsFreeAndItsAttemptOpenUntilTheDestinationHasRefused() throws Exception {
        source.stop();
        SourceMigration migration = rolledBack(Optional.of(STOPPING));
        assertEquals("rolled-back", migration.result().get(20, TimeUnit.SECONDS).outcome());
        assertTrue(migration.freed().isDone());
        assertTrue(done());
        migration.post(new SourceEvent.PeerLost("gone"));
        SourceHost.Sent keep = source.errand();
        assertInstanceOf(ControlMessage.Keep.class, keep.errand().message());
        assertTrue(open());
        assertTrue(keep.settles().test(REFUSE));
        until(() -> !open());
    }

    @Test
    void aRefusalDuringTheRollBackClosesTheAttemptWithIt() throws Exception {
        source.stop();
        source.agent.silentFor(2);
        SourceMigration migration = rolledBack(Optional.of(STOPPING));
        migration.received(REFUSE);
        migration.ended().get(20, TimeUnit.SECONDS);
        assertFalse(open());
        assertTrue(source.target.runs());
    }

    @Test
    void aLateSuspendIsResumedGuardFirstAndOnlyThenThePairIsFree() throws Exception {
        source.xen.xenstore().write(SourceHost.TARGETS_SHUTDOWN, "");
        SourceMigration migration = rolledBack(Optional.of(STOPPING));
        assertEquals("rolled-back", migration.result().get(20, TimeUnit.SECONDS).outcome());
        migration.received(REFUSE);
        until(() -> migration.view().progress().phase().equals(SuspendPending.PHASE));
        assertEquals(
                source.target.info().memoryKb() / 4,
                migration.view().progress().domains().get(0).totalPages(),
                "what it has, not how high its frame numbers go");
        assertFalse(migration.freed().isDone());
        assertTrue(open());
        assertFalse(done());
        source.agent.unmap();
        source.target.suspend();
        migration.freed().get(20, TimeUnit.SECONDS);
        assertTrue(source.target.runs());
        assertEquals(List.of("watch", "remap"), source.agent.asked());
        until(() -> !open());
    }

    @Test
    void aGuardThatIsLostWhileASuspendMayComeGivesThePairToItsKeeper() throws Exception {
        source.xen.xenstore().write(SourceHost.TARGETS_SHUTDOWN, "");
        SourceMigration migration = rolledBack(Optional.of(STOPPING));
        until(migration::suspendPending);
        migration.post(new SourceEvent.Failed(ErrorCode.ROLLED_BACK, "another fault"));
        migration.post(new SourceEvent.Tick());
        assertFalse(migration.freed().isDone());
        migration.post(new SourceEvent.Failed(ErrorCode.GUARD_NOT_ALIVE, "no look"));
        migration.freed().get(20, TimeUnit.SECONDS);
        assertTrue(open());
        assertFalse(done(), "the next start goes on, unless the keeper says that all is well");
        assertTrue(source.target.runs(), "its keeper decides by the pair's policy");
    }

    @Test
    void aTargetThatEndsByItselfEndsTheWaitForItsSuspend() throws Exception {
        source.xen.xenstore().write(SourceHost.TARGETS_SHUTDOWN, "");
        SourceMigration migration = rolledBack(Optional.of(STOPPING));
        until(migration::suspendPending);
        source.xen.destroy(new org.vmcoupler.hypervisor.Domid(3), SourceHost.SHORT);
        migration.freed().get(20, TimeUnit.SECONDS);
        assertTrue(done());
    }

    @Test
    void aLostGuardLeavesTheAttemptOpenAlsoWhenTheDestinationHasRefused() throws Exception {
        source.stop();
        source.agent.silentFor(Integer.MAX_VALUE);
        SourceMigration migration = rolledBack(Optional.of(STOPPING));
        migration.received(REFUSE);
        assertEquals("guard-lost", migration.result().get(20, TimeUnit.SECONDS).outcome());
        migration.ended().get(20, TimeUnit.SECONDS);
        assertTrue(open());
        assertFalse(done());
        assertTrue(source.target.info().paused());
    }
}
