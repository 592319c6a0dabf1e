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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.hypervisor.DomainState;
import org.vmcoupler.hypervisor.sim.SimDomain;
import org.vmcoupler.inventory.ManagedDomain;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.journal.Role;
import org.vmcoupler.migration.PairHere;
import org.vmcoupler.time.Poll;

/** Pairs that are ended, uncoupled, or started again after a boot. */
class KeepingTest extends KeepingFixture {

    private static final PairFacts OF_FORMER_BOOT = new PairFacts("web", WEB, 7, "web-guard", new UUID(4, 4), 8);

    KeepingTest(@TempDir Path folder) throws Exception {
        super(folder);
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
        host.journal.append(new JournalRecord.Begin(ATTEMPT, Role.SOURCE, "beta", "j", OF_FORMER_BOOT, "boot-0"));
        host.journal.append(new JournalRecord.Yield(ATTEMPT, "copies-gone"));
        writeDown("start_after_boot = true\n");
        keeping.startAfterBoot(checks);
        assertEquals(List.of(), host.xen.diary());
    }
}
