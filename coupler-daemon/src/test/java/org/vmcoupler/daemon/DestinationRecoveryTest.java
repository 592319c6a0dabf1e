/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.Decision;
import org.vmcoupler.control.DefinitionAnswer;
import org.vmcoupler.control.StreamDigest;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.destination.Coupling;
import org.vmcoupler.coupling.destination.DestinationEffect;
import org.vmcoupler.coupling.destination.SourceWord;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.sim.SimDomain;
import org.vmcoupler.inventory.InMemoryDomains;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.journal.Role;
import org.vmcoupler.migration.DestinationMigration;
import org.vmcoupler.migration.DestinationSetting;
import org.vmcoupler.time.Poll;

/** A destination's daemon at its start: what it goes on with, what it destroys, and what it answers its source. */
class DestinationRecoveryTest {

    private final UUID attempt = UUID.randomUUID();
    private static final UUID TARGET = new UUID(3, 3);
    private static final UUID GUARD = new UUID(4, 4);
    private static final PairFacts PAIR = new PairFacts("web", TARGET, 3, "web-guard", GUARD, 4);
    private static final StreamDigest DIGEST = new StreamDigest(9, "0".repeat(32));
    private final ControlMessage yielded = new ControlMessage.Yield(attempt);
    private final ControlMessage kept = new ControlMessage.Keep(attempt, "rolled back");
    private final ControlMessage done = new ControlMessage.Done(attempt, "{}");
    private final ControlMessage.Running told = new ControlMessage.Running(attempt, 0, 0, -1, 0);

    private final SimHost host;
    private final SimDomain target;
    private final SimDomain guard;
    private final PeerByHand source = new PeerByHand("their-boot");
    private final Reception reception;

    DestinationRecoveryTest(@TempDir Path folder) throws Exception {
        host = new SimHost(folder);
        target = host.xen.add(new SimDomain(new Domid(3), TARGET, "web--incoming", 256));
        guard = host.xen.add(new SimDomain(new Domid(4), GUARD, "web-guard--incoming", 16));
        target.paused(true);
        guard.paused(true);
        reception = new Reception(host.parts, Optional.empty(), host.reports(), host.guards());
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private void leave(String bootId, JournalRecord... records) {
        host.journal.append(new JournalRecord.Begin(attempt, Role.DESTINATION, "beta", "peer-journal", PAIR, bootId));
        List.of(records).forEach(host.journal::append);
    }

    private JournalRecord held() {
        return new JournalRecord.Held(
                new ControlMessage.Stopped(attempt, DIGEST, DIGEST, -1, -1, "", "0".repeat(64), 0), "their-boot");
    }

    private JournalRecord take() {
        return new JournalRecord.Take(attempt);
    }

    private JournalRecord running() {
        return new JournalRecord.Running(attempt);
    }

    private void restart() {
        DestinationRecovery recovery = new DestinationRecovery(host.parts, reception);
        String bootId = host.xen.host().bootId();
        host.journal
                .state()
                .open()
                .forEach((id, found) ->
                        recovery.takeUp(id, found, found.begin().bootId().equals(bootId)));
    }

    private Decision decision() {
        return host.journal.state().decision(attempt);
    }

    private static void until(BooleanSupplier condition) {
        assertTrue(Poll.until(condition, Duration.ofSeconds(20), Duration.ofMillis(2)));
    }

    /** Nothing is answered for as long as the slowest step here takes. */
    private static void assertSilent(PeerByHand peer) throws InterruptedException {
        assertEquals(null, peer.sent().poll(300, TimeUnit.MILLISECONDS));
    }

    @Test
    void whatIsHeldStaysPausedAndUndecidedUntilTheSourceSpeaks() throws Exception {
        guard.paused(false);
        leave("boot-1", held());
        restart();
        reception.lost(source, "gone");
        assertSilent(source);
        assertEquals(List.of("pause 4"), host.xen.diary());
        assertEquals(Decision.NONE, decision());
    }

    @Test
    void whatIsHeldIsTakenAfterAYieldWithAFreshLook() throws Exception {
        leave("boot-1", held());
        host.xen.setTarget(new Domid(4), new Domid(3));
        restart();
        try (SimAgent agent = new SimAgent(host.xen, target, guard)) {
            reception.received(source, yielded);
            assertInstanceOf(ControlMessage.Running.class, source.next());
            assertEquals(List.of("remap", "watch"), agent.asked);
        }
        assertEquals(Decision.TAKE, decision());
        assertTrue(target.runs());
        until(() -> target.info().name().equals("web"));
        assertEquals(
                PAIR, host.journal.state().pairs().values().iterator().next().pair());
    }

    @Test
    void whatIsHeldIsDestroyedAfterAKeepAndOnlyThenRefused() throws Exception {
        leave("boot-1", held());
        host.xen.fail("destroy 4", 1);
        restart();
        reception.received(source, kept);
        assertInstanceOf(ControlMessage.Refuse.class, source.next());
        assertEquals(List.of("destroy 4", "destroy 3"), host.xen.diary());
        assertEquals(List.of(), host.xen.domains());
        assertEquals(Decision.REFUSE, decision());
    }

    @Test
    void aHeldTargetThatSomebodyHasRunIsRefused() throws Exception {
        leave("boot-1", held());
        target.paused(false);
        target.ran(5);
        restart();
        try (SimAgent agent = new SimAgent(host.xen, target, guard)) {
            assertRefusedAsItHasRun();
            assertFalse(agent.asked.isEmpty());
        }
        assertFalse(host.xen.diary().contains("release 3"));
    }

    private void assertRefusedAsItHasRun() throws InterruptedException {
        reception.received(source, yielded);
        String reason =
                assertInstanceOf(ControlMessage.Refuse.class, source.next()).reason();
        assertTrue(reason.contains("has run for 5 ns before its go"), reason);
    }

    /** Without its guard's word, and whatever that says. */
    @Test
    void aTargetThatHasRunBeforeItsGuardHasLookedIsRefusedForThat() throws Exception {
        ControlMessage.Stopped other =
                new ControlMessage.Stopped(attempt, DIGEST, DIGEST, -1, -1, "", "1".repeat(64), 0);
        leave("boot-1", new JournalRecord.Held(other, "their-boot"));
        target.ran(5);
        restart();
        try (SimAgent agent = new SimAgent(host.xen, target, guard)) {
            assertRefusedAsItHasRun();
            assertEquals(List.of("remap"), agent.asked);
        }
    }

    @Test
    void theLastGoodCopiesOutliveALookThatFailsAndTheNextYieldTriesAgain() throws Exception {
        leave("boot-1", held());
        restart();
        PeerByHand booted = new PeerByHand("another-boot");
        reception.received(booted, yielded);
        until(() -> host.xen.diary().contains("release 4"));
        until(() -> host.xen.diary().lastIndexOf("pause 4") > host.xen.diary().lastIndexOf("release 4"));
        assertSilent(booted);
        assertEquals(Decision.NONE, decision());
        try (SimAgent agent = new SimAgent(host.xen, target, guard)) {
            reception.received(booted, yielded);
            assertInstanceOf(ControlMessage.Running.class, booted.next());
            assertFalse(agent.asked.isEmpty());
        }
    }

    @Test
    void aCouplingThatFailedWithoutASourceIsMadeGoodInTheSameDaemon() throws Exception {
        leave("boot-1", held());
        ControlMessage.Stopped sent =
                new ControlMessage.Stopped(attempt, DIGEST, DIGEST, -1, -1, "", "0".repeat(64), 0);
        DestinationMigration migration = new DestinationMigration(
                reception.setting(attempt, PAIR, new DestinationSetting.Origin("beta", "their-boot"), Optional.empty()),
                new Coupling(sent, SourceWord.SILENT));
        reception.adopt(attempt, migration);
        migration.resume(new DestinationEffect.Couple(sent));
        until(() -> host.xen.diary().contains("pause 4"));
        assertEquals(Decision.NONE, decision());
        try (SimAgent agent = new SimAgent(host.xen, target, guard)) {
            reception.received(source, yielded);
            assertInstanceOf(ControlMessage.Running.class, source.next());
            assertEquals(List.of("remap", "watch"), agent.asked);
        }
    }

    @Test
    void whatIsNotCompleteIsRefusedAndDestroyedGuardFirst() {
        leave("boot-1");
        restart();
        assertEquals(Decision.REFUSE, decision());
        until(() -> host.journal.state().open().isEmpty());
        assertEquals(List.of("destroy 4", "destroy 3"), host.xen.diary());
    }

    @Test
    void whatWasTakenAndHadRunIsReleasedAfterAProvenLook() throws Exception {
        ControlMessage.Stopped other =
                new ControlMessage.Stopped(attempt, DIGEST, DIGEST, -1, -1, "", "1".repeat(64), 0);
        leave("boot-1", new JournalRecord.Held(other, "their-boot"), take());
        target.paused(false);
        try (SimAgent agent = new SimAgent(host.xen, target, guard)) {
            restart();
            until(target::runs);
            assertEquals(List.of("remap", "watch"), agent.asked);
        }
    }

    @Test
    void whatWasTakenIsNotReleasedWithoutAFreshProvenLook() {
        leave("boot-1", take());
        target.paused(false);
        restart();
        until(() -> host.xen.diary().contains("pause 4"));
        assertEquals(List.of("pause 3", "release 4", "pause 4"), host.xen.diary());
        assertFalse(target.runs());
        assertEquals(Decision.TAKE, decision());
    }

    @Test
    void aStrangerDecidesNothing() throws Exception {
        leave("boot-1", held());
        restart();
        PeerByHand stranger = new PeerByHand("gamma", "their-boot", new java.util.concurrent.LinkedBlockingQueue<>());
        reception.received(stranger, kept);
        assertSilent(stranger);
        assertEquals(Decision.NONE, decision());
    }

    @Test
    void whoLostOneOfBothBeforeTakeRefuses() throws Exception {
        leave("boot-1", held());
        host.xen.destroy(new Domid(4), Duration.ZERO);
        restart();
        until(() -> host.journal.state().open().isEmpty());
        assertEquals(Decision.REFUSE, decision());
        assertEquals(List.of("destroy 4", "destroy 3"), host.xen.diary());
    }

    @Test
    void afterABootWhatWasHeldIsGoneAndStrangersAreLeftAlone() {
        leave("boot-0", held());
        host.xen.add(new SimDomain(new Domid(3), TARGET, "web", 16));
        host.xen.add(new SimDomain(new Domid(4), GUARD, "web-guard", 16));
        restart();
        until(() -> host.journal.state().open().isEmpty());
        assertEquals(Decision.REFUSE, decision());
        assertEquals(List.of(), host.xen.diary());
    }

    @Test
    void aDomainOfWhichTheNumberWasNeverRecordedIsFoundByNameAndUuid() {
        PairFacts unknown = new PairFacts("web", TARGET, -1, "web-guard", GUARD, -1);
        host.journal.append(
                new JournalRecord.Begin(attempt, Role.DESTINATION, "beta", "peer-journal", unknown, "boot-1"));
        restart();
        until(() -> host.journal.state().open().isEmpty());
        assertEquals(List.of("destroy 4", "destroy 3"), host.xen.diary());
    }

    @Test
    void whatRanHereIsSaidToRunAndGetsItsNamesBeforeItIsClosed() throws Exception {
        leave("boot-1", take(), running());
        host.xen.fail("rename to web 3", 1);
        restart();
        reception.received(source, yielded);
        assertEquals(told, source.next());
        reception.received(source, done);
        reception.received(source, done);
        assertEquals(new ControlMessage.Closed(attempt), source.next());
        assertEquals("web", target.info().name());
        assertEquals("web-guard", guard.info().name());
        reception.received(source, done);
        assertEquals(new ControlMessage.Closed(attempt), source.next(), "asked again, told again");
        assertTrue(host.journal.state().open().isEmpty());
        assertTrue(host.journal.state().pairs().containsKey(TARGET));
        assertFalse(threadIsLeft());
    }

    private ControlMessage.Closed closedAfter(String targetDefinition) throws Exception {
        leave("boot-1", take(), running());
        restart();
        reception.received(source, new ControlMessage.Done(attempt, "{}", targetDefinition, ""));
        ControlMessage.Closed closed = assertInstanceOf(ControlMessage.Closed.class, source.next());
        assertEquals(DefinitionAnswer.NONE, closed.guard());
        assertTrue(host.journal.state().pairs().containsKey(TARGET));
        assertEquals("web", target.info().name());
        return closed;
    }

    @Test
    void aDefinitionThatComesWithDoneIsDefinedHere() throws Exception {
        assertEquals(
                DefinitionAnswer.DEFINED,
                closedAfter(InMemoryDomains.xml("web", TARGET)).target());
        assertEquals("web", host.libvirt.of(TARGET).orElseThrow().name());
        reception.received(source, new ControlMessage.Done(attempt, "{}", "<domain/>", ""));
        assertEquals(new ControlMessage.Closed(attempt), source.next(), "told once; then the source keeps its own");
    }

    @Test
    void aDefinitionThatIsNotThePairsIsRefusedAndThePairRunsOn() throws Exception {
        DefinitionAnswer answer = closedAfter(InMemoryDomains.xml("db", TARGET)).target();
        assertFalse(answer.defined());
        assertTrue(answer.reason().contains("name"), answer::reason);
        assertEquals(Optional.empty(), host.libvirt.of(TARGET));
    }

    @Test
    void aDefinitionOfAPairWhoseGuardWasReplacedMeanwhileIsDefined() throws Exception {
        leave("boot-1", take(), running());
        JournalRecord.Pair recorded =
                Objects.requireNonNull(host.journal.state().pairs().get(TARGET));
        host.journal.append(new JournalRecord.Pair(TARGET, recorded.pair().with(Member.GUARD, 99), recorded.bootId()));
        restart();
        reception.received(source, new ControlMessage.Done(attempt, "{}", InMemoryDomains.xml("web", TARGET), ""));
        assertEquals(
                new ControlMessage.Closed(attempt, DefinitionAnswer.DEFINED, DefinitionAnswer.NONE), source.next());
    }

    @Test
    void aDefinitionThatComesAfterThePairHasLeftAgainIsNotDefinedHere() throws Exception {
        leave("boot-1", take(), running());
        host.journal.append(new JournalRecord.Unpair(TARGET));
        restart();
        reception.received(source, new ControlMessage.Done(attempt, "{}", InMemoryDomains.xml("web", TARGET), ""));
        assertEquals(
                new ControlMessage.Closed(
                        attempt,
                        new DefinitionAnswer(false, "The pair has left the destination again."),
                        DefinitionAnswer.NONE),
                source.next());
        assertEquals(Optional.empty(), host.libvirt.of(TARGET));
    }

    @Test
    void aLibvirtThatDoesNotAnswerIsNoFailure() throws Exception {
        host.libvirt.refuse("libvirt did not answer within 5000 ms.");
        assertEquals(
                new DefinitionAnswer(false, "libvirt did not answer within 5000 ms."),
                closedAfter(InMemoryDomains.xml("web", TARGET)).target());
    }

    @Test
    void aDefinitionThatIsHereAlreadyStays() throws Exception {
        String own = InMemoryDomains.xml("web", TARGET).replace("8192", "16384");
        host.libvirt.define(own);
        assertEquals(
                DefinitionAnswer.DEFINED,
                closedAfter(InMemoryDomains.xml("web", TARGET)).target());
        assertEquals(own, host.libvirt.of(TARGET).orElseThrow().definition().orElse(""));
    }

    @Test
    void namesThatAreGivenAlreadyAreNoFault() throws Exception {
        host.xen.rename(new Domid(3), "web--incoming", "web");
        host.xen.rename(new Domid(4), "web-guard--incoming", "web-guard");
        leave("boot-1", take(), running());
        restart();
        reception.received(source, done);
        assertEquals(new ControlMessage.Closed(attempt), source.next());
        assertEquals(2, host.xen.diary().size(), host.xen.diary()::toString);
    }

    @Test
    void aHostThatWasBootedSinceItTookThePairPermitsNothing() throws Exception {
        leave("boot-0", take(), running());
        restart();
        reception.received(source, yielded);
        reception.received(source, kept);
        assertSilent(source);
        assertEquals(List.of(), host.xen.diary());
        assertEquals(Decision.TAKE, decision());
        reception.received(source, done);
        assertEquals(new ControlMessage.Closed(attempt), source.next(), "its copies are gone already");
    }

    @Test
    void aTargetThatWasDestroyedSinceTakePermitsNothing() throws Exception {
        leave("boot-1", take());
        host.xen.destroy(new Domid(3), Duration.ZERO);
        restart();
        reception.received(source, yielded);
        assertSilent(source);
    }

    @Test
    void aPairThatHasMovedOnSinceIsNotMissed() throws Exception {
        leave("boot-1", take(), running(), new JournalRecord.Unpair(TARGET));
        host.xen.destroy(new Domid(3), Duration.ZERO);
        host.xen.destroy(new Domid(4), Duration.ZERO);
        restart();
        reception.received(source, yielded);
        assertEquals(told, source.next());
    }

    @Test
    void aReleaseIsMadeGoodWhenTheSourceAsksAgain() throws Exception {
        leave("boot-1", held(), take());
        restart();
        until(() -> host.xen.diary().lastIndexOf("pause 4") > host.xen.diary().lastIndexOf("release 4"));
        assertFalse(target.runs());
        try (SimAgent agent = new SimAgent(host.xen, target, guard)) {
            until(() -> {
                reception.received(source, yielded);
                return target.runs();
            });
            assertFalse(agent.asked.isEmpty());
        }
        assertInstanceOf(ControlMessage.Running.class, source.next());
    }

    private boolean threadIsLeft() {
        String name = "migration-" + attempt.toString().substring(0, 8);
        return !Poll.until(
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals(name)),
                Duration.ofSeconds(20),
                Duration.ofMillis(5));
    }
}
