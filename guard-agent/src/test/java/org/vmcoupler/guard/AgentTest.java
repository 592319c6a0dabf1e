/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.introspect.FileDomain;

/** An honest agent. */
class AgentTest extends AgentFixture {

    AgentTest(@TempDir Path proc) throws IOException {
        super(proc);
    }

    @Test
    void provesALookByHashingFramesAndThePlantedValue() throws Exception {
        FileDomain domain = target();
        domain.punch(9);
        byte[] planted = HexFormat.of().parseHex("ffeeddccbbaa99887766554433221100");
        domain.write(40, 3000, planted);
        String reply = remap(domain, "5,9,1", 40);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(HexFormat.of().parseHex(NONCE));
        for (int gfn : new int[] {5, 9, 1}) {
            digest.update(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, gfn));
            digest.update(gfn == 9 ? HexFormat.of().parseHex("ffffffffffffffff") : domain.frame(gfn));
        }
        digest.update(planted);
        assertEquals(HexFormat.of().formatHex(digest.digest()), field(reply, "proof"), reply);
        assertEquals("ffeeddccbbaa99887766554433221100", field(reply, "planted"));
        assertEquals("20", field(reply, "counterGfn"));
        assertEquals("1000", field(reply, "counter"));
        assertEquals("watching", field(reply, "state"));
        assertEquals("1", field(reply, "holes"));
        assertEquals(64, field(reply, "vmcoreinfo").length());
    }

    @Test
    void movesAndWatchesTheSameTargetInANewDomain() throws Exception {
        FileDomain domain = target();
        assertEquals("true", field(remap(domain, "", -1), "ok"));
        domain.count(20, 1005);
        String prepared = ask("prepare", ",\"nonce\":\"" + NONCE + "\"");
        assertEquals(NONCE, field(prepared, "nonce"));
        assertEquals("prepared", field(prepared, "state"));
        domain.count(20, 1007);
        String quiesced = ask("quiesce", "");
        assertEquals("1007", field(quiesced, "counter"), quiesced);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(domain.frame(20));
        digest.update(domain.frame(30));
        assertEquals(HexFormat.of().formatHex(digest.digest()), field(quiesced, "watched"));
        assertEquals("0", field(ask("status", ""), "mappedPages"));
        FileDomain moved = domain.copy();
        domain.destroy();
        String ready = remap(moved, "1,2", -1);
        assertEquals("true", field(ready, "ok"), ready);
        assertEquals("1007", field(ready, "counter"));
        assertEquals(Integer.toString(moved.domid), field(ready, "domid"));
        moved.count(20, 1010);
        assertEquals("1010", field(ask("watch", challenge("", -1)), "counter"));
        assertEquals("true", awaitStatus("mappedPages", Integer.toString(PAGES)));
        assertTrue(Long.parseLong(field(ask("status", ""), "largestStep")) <= 5);
    }

    @Test
    void aTargetThatWasMadeAnewMayLookDifferent() throws Exception {
        FileDomain old = target();
        old.count(20, 1007);
        remap(old, "", -1);
        long looks = Long.parseLong(field(ask("status", ""), "looks"));
        ask("quiesce", "");
        FileDomain other = target();
        other.vmcoreinfo(30, "6.1.0-50-amd64");
        other.count(20, 3);
        old.destroy();
        String reply = ask("remap", ",\"anew\":true,\"domid\":" + other.domid + challenge("", -1));
        assertEquals("true", field(reply, "ok"), reply);
        assertEquals("3", field(reply, "counter"));
        assertEquals("watching", field(ask("watch", challenge("", -1)), "state"));
        assertTrue(Long.parseLong(field(ask("status", ""), "looks")) > looks, "what it knows of its own life stays");
        other.vmcoreinfo(30, "6.1.0-51-amd64");
        assertTrue(ask("watch", challenge("", -1)).contains("IDENTITY_CHANGED"), "the new one's identity counts");
    }

    @Test
    void anotherKernelInTheNewDomainIsNotWatched() throws Exception {
        remap(target(), "", -1);
        ask("quiesce", "");
        FileDomain other = target();
        other.vmcoreinfo(30, "6.1.0-50-amd64");
        String reply = remap(other, "", -1);
        assertTrue(reply.contains("IDENTITY_CHANGED"), reply);
        assertEquals("idle", field(reply, "state"));
        assertEquals("0", field(ask("status", ""), "mappedPages"));
        assertTrue(ask("watch", challenge("", -1)).contains("WRONG_STATE"));
    }

    @Test
    void aTargetThatShowsAnotherKernelIsStillWatchedButProvesNoLook() throws Exception {
        FileDomain domain = target();
        remap(domain, "", -1);
        domain.vmcoreinfo(30, "6.1.0-50-amd64");
        String reply = ask("watch", challenge("", -1));
        assertTrue(reply.contains("IDENTITY_CHANGED"), reply);
        assertEquals("watching", field(reply, "state"));
        domain.write(30, 0, new byte[4096]);
        assertTrue(ask("watch", challenge("", -1)).contains("not found"));
        domain.count(20, 1234);
        assertEquals("true", awaitStatus("counter", "1234"));
        domain.vmcoreinfo(30, "6.1.0-49-amd64");
        assertEquals("true", field(ask("watch", challenge("", -1)), "ok"));
    }

    @Test
    void quiesceLeavesNothingInTheKernelsOwnListOfItsMappings() throws Exception {
        Files.createSymbolicLink(
                proc.resolve(Long.toString(ProcessHandle.current().pid())), Path.of("/proc/self"));
        FileDomain domain = target();
        domain.nameItsMappings("privcmd");
        remap(domain, "1,2", 40);
        assertTrue(new ForeignMappings(proc).find().isPresent(), "the check sees what is mapped now");
        assertEquals("prepared", field(ask("prepare", ",\"nonce\":\"" + NONCE + "\""), "state"));
        String reply = ask("quiesce", "");
        assertEquals("quiesced", field(reply, "state"), reply);
    }

    @Test
    void aLookLeavesTheChecksParkedIfAskedTo() throws Exception {
        FileDomain domain = target();
        remap(domain, "", -1);
        ask("prepare", ",\"nonce\":\"" + NONCE + "\"");
        domain.count(20, 1010);
        String look = ask("watch", ",\"parked\":true" + challenge(PAGES, "1,2", 40));
        assertEquals("prepared", field(look, "state"), look);
        assertEquals("1010", field(look, "counter"));
        assertEquals(64, field(look, "proof").length());
        assertEquals("watching", field(ask("watch", challenge(PAGES, "", -1)), "state"));
        look = ask("watch", ",\"parked\":true" + challenge(PAGES, "", -1));
        assertEquals("watching", field(look, "state"), "it parks none");
    }

    @Test
    void aHoleThatFillsIsSeenByTheScan() throws Exception {
        start(LabSwitches.OFF, Duration.ofMillis(20));
        FileDomain domain = target();
        domain.punch(7, 9);
        assertEquals("2", field(remap(domain, "", -1), "holes"));
        domain.punch();
        assertEquals("true", awaitStatus("holes", "0"));
    }

    @Test
    void theAgeOfTheViewsGrowsUntilTheScanMapsThemAfresh() throws Exception {
        assertEquals("-1", field(ask("status", ""), "viewAgeMs"));
        remap(target(), "", -1);
        await(() -> viewAgeMs() > 100);
        start(LabSwitches.OFF, Duration.ofMillis(20));
        remap(target(), "", -1);
        AtomicLong before = new AtomicLong();
        await(() -> {
            long now = viewAgeMs();
            return now < before.getAndSet(now);
        });
        ask("prepare", ",\"nonce\":\"" + NONCE + "\"");
        assertEquals(-1, viewAgeMs());
    }

    @Test
    void aTargetThatHasGrownIsWatchedToItsNewEnd() throws Exception {
        FileDomain domain = target();
        ask("remap", ",\"domid\":" + domain.domid + challenge(PAGES - 10, "", -1));
        assertEquals(Integer.toString(PAGES - 10), field(ask("status", ""), "mappedPages"));
        ask("watch", challenge(PAGES, "", -1));
        assertEquals("true", awaitStatus("mappedPages", Integer.toString(PAGES)));
        ask("watch", challenge(PAGES - 20, "", -1));
        assertEquals(Integer.toString(PAGES), field(ask("status", ""), "mappedPages"));
    }

    @Test
    void aLaterRemapDoesNotSearchAllMemoryInTheDowntime() throws Exception {
        FileDomain domain = FileDomain.ofFrames(PAGES);
        assertEquals(Integer.toString(PAGES), field(remap(domain, "", -1), "mappedPages"));
        ask("quiesce", "");
        assertEquals("0", field(remap(domain.copy(), "", -1), "mappedPages"));
        assertEquals("true", awaitStatus("mappedPages", Integer.toString(PAGES)));
    }

    @Test
    void switchesThatBreakItOnPurposeAreToldInEachStatus() throws Exception {
        assertTrue(ask("status", "").contains("\"labSwitches\":[]"));
        start(new LabSwitches(Set.of(LabSwitch.values())));
        assertTrue(
                ask("status", "")
                        .contains(
                                "\"labSwitches\":[\"skipMappingCheck\",\"frozenView\",\"keepViews\",\"staleReady\",\"unmapEarly\",\"latePrepare\"]"));
    }

    @Test
    void refusesToQuiesceWhileAProcessMapsTheTarget() throws Exception {
        Files.createDirectories(proc.resolve("4711"));
        Files.writeString(proc.resolve("4711/comm"), "snoop\n");
        Files.writeString(proc.resolve("4711/maps"), "7f00-7f01 r--s 00000000 00:06 5  /dev/xen/privcmd\n");
        FileDomain domain = target();
        remap(domain, "", -1);
        String reply = ask("quiesce", "");
        assertTrue(reply.contains("FOREIGN_MAPPING"), reply);
        assertEquals("4711", field(reply, "pid"));
        assertEquals("snoop", field(reply, "comm"));
        assertEquals("watching", field(reply, "state"));
        domain.count(20, 1001);
        assertEquals("1001", field(ask("watch", challenge("", -1)), "counter"));
        Files.writeString(proc.resolve("4711/maps"), "7f00-7f01 r--s 00000000 00:06 5  /usr/bin/snoop\n");
        assertEquals("quiesced", field(ask("quiesce", ""), "state"));
    }

    @Test
    void prepareLooksThroughTheMapsAheadAndNamesWhoStillMaps() throws Exception {
        Files.createDirectories(proc.resolve("4711"));
        Files.writeString(proc.resolve("4711/comm"), "snoop\n");
        Files.writeString(proc.resolve("4711/maps"), "7f00-7f01 r--s 00000000 00:06 5  /dev/xen/privcmd\n");
        BlockingQueue<String> warnings = new LinkedBlockingQueue<>();
        Logger log = Logger.getLogger(MappingCheck.class.getName());
        Handler handler = new LogTo(warnings);
        log.addHandler(handler);
        try {
            remap(target(), "", -1);
            String reply = ask("prepare", ",\"nonce\":\"" + NONCE + "\"");
            assertEquals("prepared", field(reply, "state"));
            assertTrue(warnings.stream().anyMatch(line -> line.contains("4711 (snoop)")), warnings::toString);
        } finally {
            log.removeHandler(handler);
        }
    }

    @Test
    void aTargetThatIsGoneIsMapFailed() throws Exception {
        FileDomain domain = target();
        domain.destroy();
        String reply = remap(domain, "", -1);
        assertTrue(reply.contains("MAP_FAILED"), reply);
        assertEquals("idle", field(reply, "state"));
    }

    @Test
    void answersOnceAndBadRequestsToo() throws Exception {
        assertTrue(ask("watch", challenge("", -1)).contains("WRONG_STATE"));
        String reply = ask("remap", ",\"domid\":0" + challenge("", -1));
        assertTrue(reply.contains("BAD_REQUEST"), reply);
        int reads = store.reads.getOrDefault(Agent.REQUEST, 0);
        store.fire();
        await(() -> store.reads.getOrDefault(Agent.REQUEST, 0) > reads);
        ask("status", ""); // by now a second answer to the same request would have been written
        assertEquals(3, store.writes.get(Agent.REPLY));
    }

    @Test
    void findsACounterThatAppearsLater() throws Exception {
        FileDomain domain = FileDomain.ofFrames(PAGES);
        assertEquals("-1", field(remap(domain, "", -1), "counterGfn"));
        domain.counterPage(33, 5);
        assertEquals("true", awaitStatus("counterGfn", "33"));
        assertEquals("5", field(ask("watch", challenge("", -1)), "counter"));
    }

    @Test
    void aSwappedFrameIsSeenWithinAScan() throws Exception {
        FileDomain domain = target();
        remap(domain, "", -1);
        domain.swapFrames();
        domain.count(20, 2000);
        assertEquals("true", awaitStatus("counter", "2000"));
    }

    @Test
    void theLastLookAnswersAChallengeAlsoWhenItIsAskedForAgain() throws Exception {
        FileDomain domain = target();
        remap(domain, "", -1);
        ask("prepare", ",\"nonce\":\"" + NONCE + "\"");
        domain.write(40, 3000, HexFormat.of().parseHex(NONCE));
        for (int i = 0; i < 2; i++) {
            String reply = ask("quiesce", challenge("", 40));
            assertEquals(NONCE, field(reply, "planted"), reply);
            assertEquals("quiesced", field(reply, "state"));
        }
        assertEquals("", field(ask("quiesce", ""), "planted"), "none was asked for");
        assertEquals("0", field(ask("status", ""), "mappedPages"));
    }

    /** Keeps what is logged. */
    private static final class LogTo extends Handler {
        private final BlockingQueue<String> lines;

        LogTo(BlockingQueue<String> lines) {
            this.lines = lines;
        }

        @Override
        public void publish(LogRecord record) {
            lines.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
