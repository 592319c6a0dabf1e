/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.config.Config;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.hypervisor.DomainState;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.sim.SimDomain;
import org.vmcoupler.hypervisor.sim.SimGuard;
import org.vmcoupler.inventory.ManagedDomain;
import org.vmcoupler.inventory.ManagedDomains;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.journal.Role;
import org.vmcoupler.migration.PairHere;
import org.vmcoupler.time.BackOff;
import org.vmcoupler.time.Poll;

/** Pairs that are written down, started and ended by an operator, on a host in memory. */
class KeepingTest {

    private static final UUID WEB = new UUID(3, 3);
    private static final PairFacts OF_FORMER_BOOT = new PairFacts("web", WEB, 7, "web-guard", new UUID(4, 4), 8);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Path folder;
    private final SimHost host;
    private final CoupleChecks checks;
    private final Keeping keeping;

    KeepingTest(@TempDir Path folder) throws Exception {
        this.folder = folder;
        this.host = new SimHost(folder);
        this.checks = new CoupleChecks(host.xen, ManagedDomains.NONE);
        ScriptedDoor door = new ScriptedDoor();
        BackOff quick = new BackOff(Duration.ofMillis(1), Duration.ofMillis(5));
        Config config = Config.parse("[life]\npairs_dir = \"" + folder + "\"\n", "test");
        this.keeping = SimHost.keeping(
                host.parts,
                config,
                new Departures(host.parts, door, new ErrandRunner(door, timer, host.workers, quick)));
        Files.writeString(folder.resolve("web.cfg"), config("web", "pvh"));
        Files.writeString(folder.resolve("web-guard.cfg"), config("web-guard", "pv"));
        SimDomain[] target = new SimDomain[1];
        host.xen.onCreate(made -> {
            if (made.info().name().equals("web")) {
                target[0] = made;
            } else {
                new SimGuard(host.xen, made, target[0]);
            }
        });
        keeping.keepers().start(timer);
    }

    @AfterEach
    void stop() {
        keeping.keepers().close();
        assertTrue(Poll.until(keeping.keepers()::idle, Duration.ofSeconds(10), Duration.ofMillis(1)));
        timer.shutdownNow();
        host.close();
    }

    private static String config(String name, String type) {
        return "{\"c_info\":{\"name\":\"" + name + "\",\"type\":\"" + type + "\",\"uuid\":\""
                + new UUID(9, name.length()) + "\"},\"b_info\":{\"max_memkb\":1024}}";
    }

    private void writeDown(String more) throws IOException {
        Files.writeString(
                folder.resolve("web.toml"),
                "target = \"" + folder.resolve("web.cfg") + "\"\nguard = \"" + folder.resolve("web-guard.cfg") + "\"\n"
                        + more);
    }

    private ErrorCode refused() {
        return assertThrows(Refusal.class, () -> keeping.start("web", checks)).code();
    }

    @Test
    void aPairThatIsWrittenDownIsStartedItsTargetLast() throws IOException {
        writeDown("");
        PairHere pair = keeping.start("web", checks);
        List<String> diary = host.xen.diary();
        assertEquals("create " + pair.target(), diary.get(0), "its number is there before its guard's");
        assertTrue(diary.indexOf("release " + pair.guard()) < diary.indexOf("release " + pair.target()));
        assertEquals(ErrorCode.ALREADY_COUPLED, refused());
    }

    @Test
    void whatIsNotOrWronglyWrittenDownIsRefusedAndMakesNothing() throws IOException {
        assertEquals(ErrorCode.BAD_CONFIG, refused());
        writeDown("");
        Files.writeString(folder.resolve("web.cfg"), config("other", "pvh"));
        assertEquals(ErrorCode.BAD_CONFIG, refused());
        Files.writeString(folder.resolve("web.cfg"), config("web", "pv"));
        assertEquals(ErrorCode.WRONG_KIND, refused());
        Files.writeString(folder.resolve("web.cfg"), config("web", "pvh"));
        host.xen.add(new SimDomain(new Domid(5), new UUID(5, 5), "web-guard", 16));
        assertEquals(ErrorCode.NAME_TAKEN, refused());
        assertEquals(List.of(), host.xen.diary());
    }

    @Test
    void aGuardThatCannotBeMadeLeavesNoTarget() throws IOException {
        writeDown("");
        host.xen.fail("create web-guard", 1);
        assertThrows(RuntimeException.class, () -> keeping.start("web", checks));
        assertEquals(List.of(), host.xen.domains());
        assertEquals(List.of(), keeping.pairs().all());
    }

    @Test
    void aStoppedPairIsGone() throws IOException {
        writeDown("");
        keeping.stop(keeping.start("web", checks));
        assertEquals(List.of(), host.xen.domains());
    }

    @Test
    void anUncoupledTargetRunsOnEvenIfItWasHeld() throws IOException {
        writeDown("");
        PairHere pair = keeping.start("web", checks);
        host.xen.fail("create web-guard", Integer.MAX_VALUE);
        host.xen.destroy(pair.guard(), Duration.ofSeconds(1));
        SimDomain target = host.xen.existing(pair.target());
        assertTrue(Poll.until(() -> target.info().paused(), Duration.ofSeconds(10), Duration.ofMillis(1)));
        keeping.uncouple(pair);
        assertFalse(target.info().paused());
        assertEquals(List.of(), keeping.pairs().all());
    }

    /** A pair that no keeper works on, with its target as {@code change} leaves it. */
    private PairHere left(Consumer<SimDomain> change) throws IOException {
        writeDown("");
        PairHere pair = keeping.start("web", checks);
        keeping.keepers().close();
        assertTrue(Poll.until(keeping.keepers()::idle, Duration.ofSeconds(10), Duration.ofMillis(1)));
        change.accept(host.xen.existing(pair.target()));
        return pair;
    }

    @Test
    void anUncoupledTargetThatHasSuspendedItselfRunsOn() throws IOException {
        PairHere pair = left(SimDomain::suspend);
        keeping.uncouple(pair);
        assertTrue(host.xen.existing(pair.target()).runs());
    }

    @Test
    void anUncoupledTargetWhoseCopyMayRunElsewhereIsNotResumed() throws IOException {
        PairHere pair = left(target -> {
            target.suspend();
            host.xen.rename(target.domid(), "web", "web--migratedaway");
        });
        keeping.uncouple(pair);
        assertFalse(host.xen.existing(pair.target()).runs());
        assertFalse(host.xen.diary().contains("resume " + pair.target()), host.xen.diary()::toString);
        assertEquals(List.of(), keeping.pairs().all());
    }

    @Test
    void aTargetThatOthersHaveSuspendedIsNotUncoupledBeforeTheyHaveLeftIt() throws IOException {
        PairHere pair = left(SimDomain::suspend);
        host.libvirt.started(
                pair.facts().targetUuid(),
                new ManagedDomain(
                        "web", "paused", true, Map.of(), Optional.empty(), Optional.of("has a job under way")));
        assertEquals(
                ErrorCode.BUSY,
                assertThrows(Refusal.class, () -> keeping.uncouple(pair)).code());
        assertEquals(
                DomainState.SUSPENDED, host.xen.existing(pair.target()).info().state());
        assertEquals(1, keeping.pairs().all().size());
    }

    @Test
    void aPairThatABootHasEndedIsStartedAgainIfThatIsWanted() throws IOException {
        host.journal.append(new JournalRecord.Pair(WEB, OF_FORMER_BOOT, "boot-0"));
        writeDown("");
        keeping.startAfterBoot(checks);
        assertEquals(List.of(), host.xen.diary());
        writeDown("start_after_boot = true\n");
        keeping.startAfterBoot(checks);
        PairHere pair = keeping.pairs().ofTarget("web").orElseThrow();
        assertEquals(WEB, pair.facts().targetUuid(), "it is the same pair");
        assertTrue(pair.isHere(host.xen, Member.TARGET));
    }

    @Test
    void aPairThatMayBeSomewhereElseIsNotStartedAgain() throws IOException {
        host.journal.append(new JournalRecord.Pair(WEB, OF_FORMER_BOOT, "boot-0"));
        UUID attempt = new UUID(1, 1);
        host.journal.append(new JournalRecord.Begin(attempt, Role.SOURCE, "beta", "j", OF_FORMER_BOOT, "boot-0"));
        host.journal.append(new JournalRecord.Yield(attempt, "copies-gone"));
        writeDown("start_after_boot = true\n");
        keeping.startAfterBoot(checks);
        assertEquals(List.of(), host.xen.diary());
    }
}
