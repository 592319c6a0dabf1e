/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.sim.SimDomain;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.journal.Role;
import org.vmcoupler.migration.PairHere;
import org.vmcoupler.time.Poll;

/** Pairs that are written down and started by an operator. */
class StartTest extends KeepingFixture {

    StartTest(@TempDir Path folder) throws Exception {
        super(folder);
    }

    private ErrorCode refused() {
        return assertThrows(Refusal.class, () -> keeping.start("web", checks)).code();
    }

    private SimDomain leftOver(int domid, UUID uuid, String name) {
        SimDomain left = host.xen.add(new SimDomain(new Domid(domid), uuid, name, 16));
        left.paused(true);
        return left;
    }

    private void begun(Role role) {
        PairFacts web = new PairFacts("web", TARGET, 7, "web-guard", GUARD, 8);
        host.journal.append(new JournalRecord.Begin(ATTEMPT, role, "beta", "j", web, "boot-1"));
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
    void twoStartsAtOnceMakeOnePair() throws Exception {
        writeDown("");
        AtomicInteger refused = new AtomicInteger();
        Runnable start = () -> {
            try {
                keeping.start("web", checks);
            } catch (Refusal e) {
                refused.addAndGet(e.code() == ErrorCode.ALREADY_COUPLED ? 1 : 100);
            }
        };
        List<Thread> both = List.of(new Thread(start), new Thread(start));
        AtomicInteger listing = new AtomicInteger();
        host.xen.onListing(() -> {
            if (both.contains(Thread.currentThread())) {
                listing.incrementAndGet();
                BooleanSupplier together = () -> listing.get() > 1
                        || both.stream().anyMatch(thread -> thread.getState() == Thread.State.BLOCKED);
                Poll.until(together, Duration.ofSeconds(10), Duration.ofMillis(1));
            }
        });
        both.forEach(Thread::start);
        for (Thread thread : both) {
            thread.join();
        }
        assertEquals(1, refused.get());
        assertEquals(2, host.xen.domains().size(), host.xen.diary()::toString);
    }

    @Test
    void aPairThatAnotherHostMayHaveIsNotStarted() throws IOException {
        writeDown("");
        begun(Role.SOURCE);
        assertEquals(ErrorCode.BUSY, refused());
        host.journal.append(new JournalRecord.Yield(ATTEMPT, ""));
        assertEquals(ErrorCode.IN_DOUBT, refused());
        assertEquals(List.of(), host.xen.diary());
        host.journal.append(new JournalRecord.Keep(ATTEMPT, "", true));
        keeping.start("web", checks);
    }

    @Test
    void aPairThatBeginsToComeHereWhileItIsMadeIsNotMadeTwice() throws IOException {
        writeDown("");
        host.xen.onCreate(made -> {
            if (made.info().name().equals("web-guard")) {
                begun(Role.DESTINATION);
            }
        });
        assertEquals(ErrorCode.BUSY, refused());
        assertEquals(List.of(), host.xen.domains());
        assertEquals(ErrorCode.BUSY, refused());
        assertEquals(
                2, host.xen.diary().stream().filter(e -> e.startsWith("create")).count());
    }

    @Test
    void whatAnUnfinishedStartLeftIsMadeAgain() throws IOException {
        writeDown("");
        leftOver(5, TARGET, "web");
        leftOver(6, GUARD, "web-guard");
        PairHere pair = keeping.start("web", checks);
        assertEquals(
                List.of(pair.target(), pair.guard()),
                host.xen.domains().stream().map(DomainInfo::domid).toList());
    }

    @Test
    void whatMayBeSomebodyElsesIsLeftAlone() throws IOException {
        writeDown("");
        keeping.keepers().close();
        leftOver(5, TARGET, "web").ran(1);
        assertEquals(ErrorCode.NAME_TAKEN, refused());
        leftOver(5, TARGET, "web").paused(false);
        assertEquals(ErrorCode.NAME_TAKEN, refused());
        leftOver(5, new UUID(5, 5), "web");
        assertEquals(ErrorCode.NAME_TAKEN, refused());
        leftOver(5, TARGET, "web--migratedaway");
        assertEquals(ErrorCode.NAME_TAKEN, refused());
        leftOver(5, GUARD, "web-guard");
        keeping.pairs().record(new PairFacts("mail", WEB, 4, "web-guard", GUARD, 5));
        assertEquals(ErrorCode.NAME_TAKEN, refused());
        assertEquals(List.of(), host.xen.diary());
    }

    @Test
    void aDaemonThatStartsDestroysWhatAnUnfinishedStartHeld() throws IOException {
        writeDown("");
        leftOver(5, TARGET, "web");
        leftOver(6, GUARD, "web-guard");
        keeping.clearUnfinishedStarts();
        assertEquals(List.of(), host.xen.diary(), "that may be an operator's");
        host.xen.xenstore().write("/local/domain/5/vmcoupler/held", "held");
        keeping.clearUnfinishedStarts();
        assertEquals(List.of("destroy 6", "destroy 5"), host.xen.diary());
    }
}
