/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.vmcoupler.fault.ErrorCode;

/** libvirt with its Xen driver beside the daemons of both hosts. */
@OnXenLab
@Order(6)
class LibvirtXenIT {

    private static final Duration BOOT = Duration.ofMinutes(10);
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String PAIRS = "{\"request\":\"pairs\"}";
    private static final String CONSOLES = "/var/log/xen/console/guest-";

    private final Lab lab = Lab.ofThisMachine();
    private final Libvirt alpha = Libvirt.on(lab.alpha());
    private final Libvirt beta = Libvirt.on(lab.beta());

    @AfterEach
    void withoutLibvirt() {
        for (Libvirt libvirt : new Libvirt[] {alpha, beta}) {
            libvirt.forget();
            libvirt.stop();
        }
    }

    /** Whoever started the pair: definitions go by UUID. */
    @Test
    @Order(1)
    void definitionsMoveWithThePairAndNoSecondCopyCanBeStarted() {
        Pair pair = PairFixture.any(lab);
        Libvirt source = of(pair.here());
        Libvirt destination = of(pair.there());
        JsonNode ids = pair.here().ask(PAIRS).orFail().path("pairs").get(0);
        source.defineTarget(ids.path("targetUuid").asText(), "preserve");
        source.defineGuard(ids.path("guardUuid").asText());
        assertEquals("target target shut off, guard guard shut off", shown(pair.here()));

        pair.migrateThere("").orFail();

        assertEquals("", source.domains());
        assertEquals("guard target", destination.domains());
        assertEquals("target target shut off, guard guard shut off", shown(pair.there()));
        assertEquals("preserve", destination.virsh("dumpxml target | sed -n 's/.*<on_crash>\\(.*\\)<.*/\\1/p'"));
        Pair.Watch there = pair.moved().watch();
        ProcessRun second = destination.tryVirsh("start target");
        assertNotEquals(0, second.exitCode(), second::toString);
        pair.moved().awaitGoesOn(there);
    }

    @Test
    @Order(2)
    @Tag(LabTests.LONG)
    void aPairThatLibvirtStarted() {
        Pair pair = started();
        Pair.Watch before = pair.watch();
        assertEquals("target target running, guard guard running", shown(pair.here()));

        try (DaemonCall call = pair.migrateUntilPreCopy("")) {
            pair.here().ask("{\"request\":\"cancel\",\"target\":\"target\"}").orFail();
            Reply reply = call.reply(Pair.MIGRATION);
            assertEquals(ErrorCode.CANCELLED.number(), reply.code(), reply::toString);
        }
        pair.awaitGoesOn(before);
        assertEquals("target target running, guard guard running", shown(pair.here()), "rolled back: as it was");
        assertEquals("guard target", alpha.domains());
        assertEquals("", beta.domains());

        busy(pair);
        // the start of libvirt takes a host's only processor for seconds, and a guard that is late then gives the
        // migration up
        pair.awaitGoesOn(pair.watch());

        pair.migrateThere("").orFail();
        pair.moved().awaitGoesOn(before);
        assertEquals("", alpha.domains(), "libvirt has seen their ends");
        assertEquals("guard target", beta.domains());
    }

    @Test
    @Order(3)
    @Tag(LabTests.LONG)
    void libvirtThatHangsOrIsNotThereKeepsNothingFromMoving() {
        Pair pair = PairFixture.any(lab);
        Libvirt source = of(pair.here());
        JsonNode ids = pair.here().ask(PAIRS).orFail().path("pairs").get(0);
        source.defineTarget(ids.path("targetUuid").asText(), "preserve");

        of(pair.there()).stop();
        pair.migrateThere("").orFail();
        assertEquals("target", source.domains(), "what the destination does not take stays");
        assertTrue(log(pair.here()).contains("libvirt's definition of target stays here"));

        Pair back = pair.moved();
        pair.here().exec("systemctl kill -s STOP libvirtd");
        try {
            back.migrateThere("").orFail();
            assertEquals("", shown(pair.here()), "libvirt does not answer");
            assertTrue(log(pair.here()).contains("libvirt did not answer within"));
        } finally {
            pair.here().exec("systemctl kill -s CONT libvirtd");
        }
        pair.here().await("libvirt is asked again", "vmcoupler pairs | grep -q 'libvirt: target target'", SOON);
        pair.here().exec("systemctl kill -s KILL libvirtd");
        assertEquals("", shown(pair.here()), "its connection has died");
        assertEquals("watched", pair.watch().state());
        Libvirt.on(pair.here());
        assertEquals("target target shut off", shown(pair.here()), "the first question after its restart is answered");
    }

    @Test
    @Order(4)
    @Tag(LabTests.LONG)
    void whatLibvirtWouldStartAgainIsNotCoupled() {
        PairFixture.discard(lab);
        alpha.defineTarget(Libvirt.TARGET, "restart");
        alpha.virsh("start --paused target");
        Reply reply = lab.alpha().ask("{\"request\":\"couple\",\"target\":\"target\",\"guard\":\"target\"}");
        assertEquals(ErrorCode.NOT_PRESERVED.number(), reply.code(), reply::toString);
        assertTrue(reply.message().contains("<on_reboot>restart"), reply::toString);
        lab.alpha().destroy("target");
    }

    /** Dumping the target into a pipe that nobody reads lasts until libvirt ends. */
    private void busy(Pair pair) {
        Libvirt source = of(pair.here());
        pair.here()
                .exec(
                        "systemctl reset-failed -q dump 2>/dev/null; mkfifo /root/dump && systemd-run -q --unit=dump virsh -c xen:///system dump --live target /root/dump");
        try {
            pair.here().await("the job is there", "virsh -c xen:///system domjobinfo target | grep -q Unbounded", SOON);
            Reply reply = pair.migrateThere("");
            assertEquals(ErrorCode.LIBVIRT_BUSY.number(), reply.code(), reply::toString);
            assertTrue(reply.message().contains("job"), reply::toString);
        } finally {
            // libvirt holds the pipe open for reading too, so the job ends with libvirt only
            pair.here().exec("systemctl kill -s KILL libvirtd; rm /root/dump");
        }
        pair.here().await("libvirt has ended", "! systemctl is-active -q libvirtd", SOON);
        Libvirt.on(pair.here());
        assertEquals("guard target", source.domains());
    }

    /** Makes a pair that libvirt has started on alpha. */
    private Pair started() {
        PairFixture.discard(lab);
        Host host = lab.alpha();
        host.exec("rm -f " + CONSOLES + "target.log " + CONSOLES + "guard.log");
        alpha.defineTarget(Libvirt.TARGET, "preserve");
        alpha.defineGuard(Libvirt.GUARD);
        alpha.virsh("start target");
        alpha.virsh("start guard");
        host.await("the target counts", "grep -q counting " + CONSOLES + "target.log", BOOT);
        host.await("the guard's agent has started", "grep -q 'agent .* starts' " + CONSOLES + "guard.log", BOOT);
        host.ask("{\"request\":\"couple\",\"target\":\"target\",\"guard\":\"guard\"}")
                .orFail();
        Pair pair = new Pair(host, lab.beta());
        pair.awaitGoesOn(new Pair.Watch(-1, -1, "", 0, 0));
        return pair;
    }

    private Libvirt of(Host host) {
        return host.equals(alpha.host()) ? alpha : beta;
    }

    private static String log(Host host) {
        return host.exec("journalctl -u vmcoupler -o cat --no-pager | grep -i libvirt");
    }

    private static String shown(Host host) {
        StringBuilder text = new StringBuilder();
        for (JsonNode domain : host.ask(PAIRS).orFail().path("pairs").get(0).path("libvirt")) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(domain.path("role").asText())
                    .append(' ')
                    .append(domain.path("name").asText())
                    .append(' ')
                    .append(domain.path("state").asText());
        }
        return text.toString();
    }
}
