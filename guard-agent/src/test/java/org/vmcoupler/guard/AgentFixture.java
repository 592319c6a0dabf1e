/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.guard.control.FakeXenstore;
import org.vmcoupler.introspect.FileDomain;

/** The whole agent, its two threads included, against a xenstore and domains that are files. */
abstract class AgentFixture {

    static final int PAGES = 64;
    static final String NONCE = "00112233445566778899aabbccddeeff";

    final Path proc;

    FakeXenstore store;
    private Thread watcher = new Thread(() -> {});
    private int seq;

    AgentFixture(@TempDir Path proc) throws IOException {
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

    void start(LabSwitches lab) throws IOException {
        start(lab, Duration.ofHours(1));
    }

    void start(LabSwitches lab, Duration scan) throws IOException {
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

    static FileDomain target() throws IOException {
        FileDomain domain = FileDomain.ofFrames(PAGES);
        domain.counterPage(20, 1000);
        domain.vmcoreinfo(30, "6.1.0-49-amd64");
        return domain;
    }

    String ask(String op, String fields) throws IOException {
        seq++;
        store.nodes.remove(Agent.REPLY);
        store.put(Agent.REQUEST, "{\"v\":1,\"mid\":\"m\",\"seq\":" + seq + ",\"op\":\"" + op + "\"" + fields + "}");
        String reply = awaitReply();
        assertTrue(reply.contains("\"seq\":" + seq + ","), reply);
        return reply;
    }

    String awaitReply() {
        long end = System.nanoTime() + 10_000_000_000L;
        while (store.nodes.get(Agent.REPLY) == null && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(1_000_000);
        }
        byte[] reply = store.nodes.get(Agent.REPLY);
        return reply == null ? "no reply" : new String(reply, StandardCharsets.US_ASCII);
    }

    static String challenge(String gfns, int plantedGfn) {
        return challenge(PAGES, gfns, plantedGfn);
    }

    static String challenge(int pages, String gfns, int plantedGfn) {
        return ",\"pages\":" + pages + ",\"challenge\":{\"nonce\":\"" + NONCE + "\",\"gfns\":[" + gfns
                + "],\"plantedGfn\":" + plantedGfn + ",\"plantedOffset\":3000}";
    }

    String remap(FileDomain domain, String gfns, int plantedGfn) throws IOException {
        return ask("remap", ",\"domid\":" + domain.domid + challenge(gfns, plantedGfn));
    }

    static String field(String reply, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"?([^\",}]*)").matcher(reply);
        return matcher.find() ? matcher.group(1) : "no " + name;
    }

    String awaitStatus(String name, String wanted) throws IOException {
        for (int i = 0; i < 500; i++) {
            if (field(ask("status", ""), name).equals(wanted)) {
                return "true";
            }
            LockSupport.parkNanos(10_000_000);
        }
        return ask("status", "");
    }

    long viewAgeMs() {
        try {
            return Long.parseLong(field(ask("status", ""), "viewAgeMs"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + 10_000_000_000L;
        boolean met = condition.getAsBoolean();
        while (!met && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(1_000_000);
            met = condition.getAsBoolean();
        }
        assertTrue(met);
    }
}
