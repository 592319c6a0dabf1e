/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.guard.control.FakeXenstore;
import org.vmcoupler.introspect.FileDomain;

/** The whole agent, its two threads included, against a xenstore and domains that are files. */
class AgentTest {

    private static final int PAGES = 64;
    private static final String NONCE = "00112233445566778899aabbccddeeff";

    private final Path proc;

    private FakeXenstore store;
    private Thread watcher = new Thread(() -> {});
    private int seq;

    AgentTest(@TempDir Path proc) throws IOException {
        this.proc = proc;
        store = new FakeXenstore();
    }

    @BeforeAll
    static void open() throws Exception {
        FileDomain.openDevice();
    }

    @BeforeEach
    void start() throws IOException {
        start(LabSwitches.OFF);
    }

    private void start(LabSwitches lab) throws IOException {
        start(lab, Duration.ofHours(1));
    }

    private void start(LabSwitches lab, Duration scan) throws IOException {
        watcher.interrupt();
        store = new FakeXenstore();
        FakeXenstore mine = store;
        GuardSession session = new GuardSession(new ForeignMappings(proc), lab, "test", scan);
        watcher = new Thread(() -> {
            try {
                while (true) {
                    session.turn();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        watcher.start();
        Thread agent = new Thread(() -> {
            try {
                new Agent(mine.client(), session).run();
            } catch (IOException e) {
                Thread.currentThread().interrupt();
            }
        });
        agent.setDaemon(true);
        agent.start();
    }

    @AfterEach
    void stop() {
        watcher.interrupt();
    }

    private static FileDomain target() throws IOException {
        FileDomain domain = FileDomain.ofFrames(PAGES);
        domain.counterPage(20, 1000);
        domain.vmcoreinfo(30, "6.1.0-49-amd64");
        return domain;
    }

    private String ask(String op, String fields) throws IOException {
        seq++;
        store.nodes.remove(Agent.REPLY);
        store.put(Agent.REQUEST, "{\"v\":1,\"mid\":\"m\",\"seq\":" + seq + ",\"op\":\"" + op + "\"" + fields + "}");
        String reply = awaitReply();
        assertTrue(reply.contains("\"seq\":" + seq + ","), reply);
        return reply;
    }

    private String awaitReply() {
        long end = System.nanoTime() + 10_000_000_000L;
        while (store.nodes.get(Agent.REPLY) == null && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        byte[] reply = store.nodes.get(Agent.REPLY);
        return reply == null ? "no reply" : new String(reply, StandardCharsets.US_ASCII);
    }

    private static String challenge(String gfns, int plantedGfn) {
        return challenge(PAGES, gfns, plantedGfn);
    }

    private static String challenge(int pages, String gfns, int plantedGfn) {
        return ",\"pages\":" + pages + ",\"challenge\":{\"nonce\":\"" + NONCE + "\",\"gfns\":[" + gfns
                + "],\"plantedGfn\":" + plantedGfn + ",\"plantedOffset\":3000}";
    }

    private String remap(FileDomain domain, String gfns, int plantedGfn) throws IOException {
        return ask("remap", ",\"domid\":" + domain.domid + challenge(gfns, plantedGfn));
    }

    private static String field(String reply, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"?([^\",}]*)").matcher(reply);
        return matcher.find() ? matcher.group(1) : "no " + name;
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

    private String awaitStatus(String name, String wanted) throws IOException {
        for (int i = 0; i < 500; i++) {
            if (field(ask("status", ""), name).equals(wanted)) {
                return "true";
            }
            LockSupport.parkNanos(10_000_000);
        }
        return ask("status", "");
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

    private long viewAgeMs() {
        try {
            return Long.parseLong(field(ask("status", ""), "viewAgeMs"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        start(new LabSwitches(true, true, true, true, true));
        assertTrue(
                ask("status", "")
                        .contains(
                                "\"labSwitches\":[\"skipMappingCheck\",\"frozenView\",\"keepViews\",\"staleReady\",\"unmapEarly\"]"));
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

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + 10_000_000_000L;
        boolean met = condition.getAsBoolean();
        while (!met && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(1_000_000);
            met = condition.getAsBoolean();
        }
        assertTrue(met);
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
    void anAgentThatKeepsItsViewsDoesNotSeeASwappedFrame() throws Exception {
        start(new LabSwitches(false, false, true, false, false), Duration.ofMillis(20));
        FileDomain domain = target();
        remap(domain, "", -1);
        domain.swapFrames();
        domain.count(20, 2000);
        assertEquals("1000", field(ask("watch", challenge("", -1)), "counter"));
        await(() -> viewAgeMs() > 1_200); // by then an honest one has mapped all of it afresh
        assertEquals("1000", field(ask("status", ""), "counter"));
        assertEquals("1000", field(ask("quiesce", ""), "counter"));
        assertEquals("2000", field(remap(domain, "", -1), "counter"), "what was unmapped is mapped afresh");
    }

    @Test
    void aFrozenViewDoesNotProveThePlantedValue() throws Exception {
        start(new LabSwitches(false, true, false, false, false));
        FileDomain domain = target();
        remap(domain, "", -1);
        ask("quiesce", "");
        FileDomain moved = domain.copy();
        moved.write(40, 3000, HexFormat.of().parseHex(NONCE));
        String reply = remap(moved, "1", 40);
        assertEquals("true", field(reply, "ok"), reply);
        assertNotEquals(NONCE, field(reply, "planted"));
        moved.count(20, 3000);
        assertEquals("1000", field(ask("watch", challenge("", -1)), "counter"));
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

    @Test
    void aLastLookFromMemoryDoesNotProveThePlantedValue() throws Exception {
        start(new LabSwitches(false, false, false, false, true));
        FileDomain domain = target();
        remap(domain, "", -1);
        String counter = field(ask("prepare", ",\"nonce\":\"" + NONCE + "\""), "counter");
        assertEquals("0", field(ask("status", ""), "mappedPages"), "unmapped before its time");
        domain.write(40, 3000, HexFormat.of().parseHex(NONCE));
        String reply = ask("quiesce", challenge("", 40));
        assertEquals("true", field(reply, "ok"), reply);
        assertEquals(counter, field(reply, "counter"), "a counter that stands still does not show it");
        assertNotEquals(NONCE, field(reply, "planted"));
    }

    @Test
    void aStaleReadyHasTheProofOfAnEarlierLook() throws Exception {
        start(new LabSwitches(false, false, false, true, false));
        FileDomain domain = target();
        domain.write(40, 3000, HexFormat.of().parseHex(NONCE));
        String first = remap(domain, "1", 40);
        assertEquals(NONCE, field(first, "planted"), "there is no earlier one yet");
        String seen = ask("watch", challenge("1,2", 40));
        ask("quiesce", "");
        FileDomain moved = domain.copy();
        moved.write(40, 3000, HexFormat.of().parseHex("ab".repeat(16)));
        String ready = remap(moved, "1", 40);
        assertEquals("true", field(ready, "ok"), ready);
        assertEquals(field(seen, "proof"), field(ready, "proof"));
        assertEquals(NONCE, field(ready, "planted"));
    }
}
