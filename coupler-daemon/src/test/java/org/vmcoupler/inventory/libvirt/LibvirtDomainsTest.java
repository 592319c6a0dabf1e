/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.inventory.libvirt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.Connect;
import org.libvirt.LibvirtException;
import org.vmcoupler.inventory.InventoryException;
import org.vmcoupler.inventory.ManagedDomain;
import org.vmcoupler.inventory.SilentException;
import org.vmcoupler.time.Poll;

/** libvirt's own library with its own test driver, which lives in this process; and a libvirtd that behaves badly. */
class LibvirtDomainsTest {

    /** The domain with which libvirt's test driver begins. Source: libvirt src/test/test_driver.c, defaultConnXML. */
    private static final String WITH_ONE_DOMAIN = "test:///default";

    private static final UUID NEW = UUID.fromString("11111111-2222-4333-8444-555555555555");
    private static final UUID TRANSIENT = UUID.fromString("11111111-2222-4333-8444-666666666666");
    private static final Optional<String> MAY_BE_ITS_OWN = Optional.of("may manage it and does not answer");
    private static final Duration LONG = Duration.ofSeconds(20);

    private final LibvirtDomains domains = new LibvirtDomains(WITH_ONE_DOMAIN, LONG, LONG, true);

    @BeforeAll
    static void thereIsLibvirt() {
        boolean there = Files.exists(Path.of("/usr/lib/x86_64-linux-gnu/libvirt.so.0"));
        if (System.getenv("VMCOUPLER_NEEDS_LIBVIRT") != null) {
            assertTrue(there, "libvirt.so.0 must be here (Debian: libvirt0)");
        }
        assumeTrue(there, "no libvirt.so.0 here (Debian: libvirt0)");
    }

    @AfterEach
    void close() {
        domains.close();
    }

    private static UUID ofTheTestDriver() throws LibvirtException {
        Connect connect = new Connect(WITH_ONE_DOMAIN);
        try {
            return UUID.fromString(connect.domainLookupByName("test").getUUIDString());
        } finally {
            connect.close();
        }
    }

    private static String definition(String name, UUID uuid, String devices) {
        return "<domain type='test'><name>" + name + "</name><uuid>" + uuid + "</uuid><memory>8192</memory>"
                + "<os><type>hvm</type></os><on_reboot>preserve</on_reboot><devices>" + devices + "</devices></domain>";
    }

    private static void start(String definition) throws LibvirtException {
        Connect connect = new Connect(WITH_ONE_DOMAIN);
        try {
            connect.domainCreateXML(definition, 0);
        } finally {
            connect.close();
        }
    }

    @Test
    void aRunningDomainIsRecognised() throws Exception {
        // the driver's objects live as long as somebody is connected
        assertEquals(Optional.empty(), domains.of(NEW), "an unknown one is not managed");
        ManagedDomain test = domains.of(ofTheTestDriver()).orElseThrow();
        assertEquals("test", test.name());
        assertEquals("running", test.state());
        assertTrue(test.active());
        assertEquals("restart", test.actions().get("on_reboot"));
        assertEquals("destroy", test.actions().get("on_crash"));
        assertEquals(Optional.empty(), test.busy());
        assertTrue(test.definition().orElseThrow().contains("<name>test</name>"));
    }

    @Test
    void aDefinitionComesAndGoes() {
        assertEquals(Optional.empty(), domains.of(NEW));
        domains.define(definition("web", NEW, ""));
        ManagedDomain made = domains.of(NEW).orElseThrow();
        assertEquals("web", made.name());
        assertEquals("shut off", made.state());
        assertEquals("preserve", made.actions().get("on_reboot"));
        assertTrue(made.definition().isPresent());
        domains.undefine(NEW);
        assertEquals(Optional.empty(), domains.of(NEW));
        assertThrows(InventoryException.class, () -> domains.undefine(NEW));
    }

    @Test
    void aDomainWithoutADefinitionHasNoneAndALeaseIsALock() throws Exception {
        assertEquals(Optional.empty(), domains.of(TRANSIENT));
        start(definition(
                "db", TRANSIENT, "<lease><lockspace>space</lockspace><key>web-1</key><target path='/run/x'/></lease>"));
        ManagedDomain started = domains.of(TRANSIENT).orElseThrow();
        assertEquals(Optional.empty(), started.definition());
        assertEquals("holds lease \"web-1\" for it", started.busy().orElse(""));
    }

    @Test
    void whatIsNoDefinitionIsRefusedWithLibvirtsWords() {
        InventoryException e = assertThrows(InventoryException.class, () -> domains.define("<domain/>"));
        assertTrue(String.valueOf(e.getMessage()).startsWith("libvirt says: "), e::toString);
    }

    @Test
    void noDaemonAtTheSocketIsNoLibvirt(@TempDir Path folder) {
        try (LibvirtDomains none = at(folder.resolve("nothing"), LONG)) {
            assertEquals(Optional.empty(), none.of(NEW));
            InventoryException e =
                    assertThrows(InventoryException.class, () -> none.define(definition("web", NEW, "")));
            assertTrue(String.valueOf(e.getMessage()).contains("Failed to connect"), e::toString);
        }
    }

    @Test
    void aDaemonThatHangsUpIsNoLibvirt(@TempDir Path folder) throws Exception {
        Path socket = folder.resolve("s");
        try (ServerSocketChannel server = listen(socket);
                LibvirtDomains rude = at(socket, LONG)) {
            Thread hangsUp = new Thread(() -> hangUpOn(server, 2));
            hangsUp.start();
            assertEquals(Optional.empty(), rude.of(NEW));
            InventoryException e =
                    assertThrows(InventoryException.class, () -> rude.define(definition("web", NEW, "")));
            assertTrue(String.valueOf(e.getMessage()).startsWith("libvirt says: "), e::toString);
            hangsUp.join(TimeUnit.SECONDS.toMillis(20));
        }
    }

    @Test
    void aDaemonThatNeverAnswersCostsOneDeadline(@TempDir Path folder) throws Exception {
        Path socket = folder.resolve("s");
        Duration deadline = Duration.ofMillis(500);
        try (ServerSocketChannel server = listen(socket);
                LibvirtDomains silent = at(socket, deadline)) {
            long begun = System.nanoTime();
            assertEquals(Optional.empty(), silent.of(NEW));
            InventoryException e =
                    assertThrows(InventoryException.class, () -> silent.define(definition("web", NEW, "")));
            assertEquals("libvirt did not answer within 500 ms.", e.getMessage());
            assertEquals(Optional.empty(), silent.of(NEW));
            assertTrue(System.nanoTime() - begun < LONG.toNanos(), "one deadline, and the one of the definition");
            assertTrue(server.isOpen());
        }
    }

    /** Its migration may be complete: no timeout gives leave to resume a suspended domain that it manages. */
    @Test
    void aDomainThatItManagesIsBusyWhileItHangs() throws Exception {
        CountDownLatch answers = new CountDownLatch(1);
        DeadlineThread thread = new DeadlineThread(Duration.ofMillis(500));
        UUID managed = ofTheTestDriver();
        try (LibvirtDomains hanging = new LibvirtDomains(WITH_ONE_DOMAIN, thread, LONG, true)) {
            assertTrue(hanging.of(managed).isPresent());
            assertEquals(Optional.empty(), hanging.busy(managed));
            assertEquals(Optional.empty(), hanging.of(NEW));
            assertThrows(InventoryException.class, () -> thread.ask(() -> answers.await(20, TimeUnit.SECONDS)));
            assertEquals(MAY_BE_ITS_OWN, hanging.busy(managed));
            assertEquals(Optional.empty(), hanging.busy(NEW), "not one that it does not manage");
            assertEquals(MAY_BE_ITS_OWN, hanging.busy(TRANSIENT), "one that it was never asked about");
            answers.countDown();
            assertTrue(Poll.until(() -> !thread.hangs(), LONG, Duration.ofMillis(1)));
            assertEquals(Optional.empty(), hanging.busy(managed));
        }
    }

    /** Nobody's downtime waits for it, and a host that is busy restoring a pair may be slow. */
    @Test
    void aDefinitionIsWaitedForWhenOtherQuestionsAreNot() throws Exception {
        CountDownLatch answers = new CountDownLatch(1);
        DeadlineThread thread = new DeadlineThread(Duration.ofMillis(1));
        UUID managed = ofTheTestDriver();
        try (LibvirtDomains slow = new LibvirtDomains(WITH_ONE_DOMAIN, thread, LONG, true)) {
            occupy(thread, answers);
            CompletableFuture<Boolean> found =
                    CompletableFuture.supplyAsync(() -> slow.find(managed).isPresent());
            assertEquals(Optional.empty(), slow.of(NEW), "the others do not wait");
            assertTrue(!found.isDone());
            answers.countDown();
            assertTrue(found.get(20, TimeUnit.SECONDS));
        }
    }

    private static void occupy(DeadlineThread thread, CountDownLatch until) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture.runAsync(() -> thread.ask(
                () -> {
                    begun.countDown();
                    return until.await(20, TimeUnit.SECONDS);
                },
                LONG));
        assertTrue(begun.await(20, TimeUnit.SECONDS));
    }

    @Test
    void whatNobodyWaitsForAnyMoreIsNotDone() throws Exception {
        CountDownLatch answers = new CountDownLatch(1);
        AtomicBoolean done = new AtomicBoolean();
        DeadlineThread thread = new DeadlineThread(Duration.ofMillis(1));
        try (thread) {
            occupy(thread, answers);
            assertThrows(SilentException.class, () -> thread.ask(() -> done.getAndSet(true), Duration.ofMillis(5)));
            answers.countDown();
            assertTrue(Poll.until(() -> !thread.hangs(), LONG, Duration.ofMillis(1)));
            assertEquals("next", thread.ask(() -> "next", LONG));
            assertTrue(!done.get(), "a change comes in its time or not at all");
        }
    }

    @Test
    void whatIsFoundTooLateIsNotChanged() throws Exception {
        CountDownLatch answers = new CountDownLatch(1);
        AtomicBoolean done = new AtomicBoolean();
        DeadlineThread thread = new DeadlineThread(LONG);
        try (thread) {
            assertThrows(
                    SilentException.class,
                    () -> thread.ask(
                            () -> {
                                answers.await(20, TimeUnit.SECONDS);
                                thread.inTime();
                                return done.getAndSet(true);
                            },
                            Duration.ofMillis(200)));
            assertThrows(SilentException.class, () -> thread.ask(() -> "next", LONG), "nobody waits for it once more");
            answers.countDown();
            assertTrue(Poll.until(() -> !thread.hangs(), LONG, Duration.ofMillis(1)));
            assertTrue(!done.get());
        }
    }

    /** Nobody knows what it manages that has never answered. */
    @Test
    void everyDomainMayBeOfALibvirtThatHasNeverAnswered() throws Exception {
        CountDownLatch answers = new CountDownLatch(1);
        DeadlineThread thread = new DeadlineThread(Duration.ofMillis(1));
        try (LibvirtDomains hanging = new LibvirtDomains(WITH_ONE_DOMAIN, thread, LONG, true)) {
            occupy(thread, answers);
            assertEquals(MAY_BE_ITS_OWN, hanging.busy(NEW));
            answers.countDown();
            assertTrue(Poll.until(() -> hanging.busy(NEW).isEmpty(), LONG, Duration.ofMillis(1)));
        }
    }

    @Test
    void afterAConnectionHasEndedAnotherIsMade(@TempDir Path folder) throws Exception {
        Path socket = folder.resolve("s");
        try (LibvirtDomains patient = at(socket, LONG)) {
            assertEquals(Optional.empty(), patient.of(NEW));
            try (ServerSocketChannel server = listen(socket)) {
                Thread hangsUp = new Thread(() -> hangUpOn(server, 1));
                hangsUp.start();
                InventoryException e =
                        assertThrows(InventoryException.class, () -> patient.define(definition("web", NEW, "")));
                assertTrue(!String.valueOf(e.getMessage()).contains("Failed to connect"), e::toString);
                hangsUp.join(TimeUnit.SECONDS.toMillis(20));
            }
        }
    }

    private static LibvirtDomains at(Path socket, Duration deadline) {
        return new LibvirtDomains("test+unix:///default?socket=" + socket, deadline, deadline, false);
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        return server;
    }

    private static void hangUpOn(ServerSocketChannel server, int callers) {
        for (int i = 0; i < callers; i++) {
            try (SocketChannel caller = server.accept()) {
                caller.read(ByteBuffer.allocate(16));
            } catch (IOException e) {
                return;
            }
        }
    }
}
