/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.vmcoupler.fault.ErrorCode;

/** What is refused: each with its own code and a sentence, and nothing changed on either host. */
@OnXenLab
@Order(2)
class RefusalsXenIT {

    /** Peer in the lab's configuration at which nobody listens unless a test does. */
    private static final String NOBODY = "gamma";

    private final Lab lab = Lab.ofThisMachine();
    private final Pair pair = PairFixture.any(lab);
    private final Host here = pair.here();
    private final Host there = pair.there();

    @Test
    @Order(1)
    void anUnknownTarget() {
        refused(ErrorCode.UNKNOWN_DOMAIN, couple("nobody", "guard"), "nobody");
        refused(ErrorCode.UNKNOWN_DOMAIN, migrate("nobody", there.name()), "nobody");
    }

    @Test
    @Order(2)
    void aHostThatIsNotListed() {
        refused(ErrorCode.PEER_NOT_LISTED, migrate("target", "nowhere"), "nowhere");
    }

    @Test
    @Order(3)
    void aHostThatCannotBeReached() {
        refused(ErrorCode.PEER_UNREACHABLE, migrate("target", NOBODY), NOBODY);
    }

    @Test
    @Order(4)
    void whatIsNoPair() {
        try (SpareDomain domain = SpareDomain.paused(here, "target.cfg", "spare", "")) {
            refused(ErrorCode.NOT_COUPLED, migrate(domain.name(), there.name()), domain.name());
            refused(ErrorCode.WRONG_KIND, couple("spare", "spare"), "spare");
        }
    }

    @Test
    @Order(5)
    void aPvTargetAndAGuardWithoutAnAgent() {
        try (SpareDomain pv = SpareDomain.paused(here, "target.cfg", "spare-pv", "s/\"pvh\"/\"pv\"/");
                SpareDomain free = SpareDomain.paused(here, "target.cfg", "spare", "")) {
            refused(ErrorCode.WRONG_KIND, couple(pv.name(), pv.name()), "PV");
            refused(ErrorCode.GUARD_NOT_ALIVE, couple(free.name(), pv.name()), pv.name());
        }
    }

    @Test
    @Order(6)
    void aGuardWithADisk() {
        here.exec("modprobe xen-blkback");
        String disk = "s/\"pvh\"/\"pv\"/;$a disk = [ \"phy:/dev/vdb,xvda,r\" ]";
        try (SpareDomain guard = SpareDomain.paused(here, "target.cfg", "spare-disk", disk);
                SpareDomain free = SpareDomain.paused(here, "target.cfg", "spare", "")) {
            refused(ErrorCode.GUARD_HAS_DEVICES, couple(free.name(), guard.name()), "disk");
        }
    }

    @Test
    @Order(7)
    void aDestinationThatHasTheName() {
        try (SpareDomain twin = SpareDomain.paused(there, "target.cfg", "target", "")) {
            refused(ErrorCode.NAME_TAKEN, migrate("target", there.name()), twin.name());
        }
    }

    @Test
    @Order(8)
    void aDestinationWithoutMemory() {
        int free = Integer.parseInt(there.exec("xl info free_memory").trim());
        String big = "s/^memory.*/memory = " + (free - 200) + "/";
        try (SpareDomain hog = SpareDomain.paused(there, "target.cfg", "hog", big)) {
            refused(ErrorCode.NO_MEMORY, migrate("target", there.name()), "MiB");
            assertEquals("hog", hog.name());
        }
    }

    @Test
    @Order(9)
    void aTargetThatItsGuardWouldCrash() {
        String onDemand = "s/^memory.*/memory = 128\\nmaxmem = 192/";
        try (SpareDomain free = SpareDomain.paused(here, "target.cfg", "spare-pv", "s/\"pvh\"/\"pv\"/");
                SpareDomain target = SpareDomain.paused(here, "target.cfg", "spare", onDemand)) {
            refused(ErrorCode.NOT_ALLOWED, couple(target.name(), free.name()), "balloon");
        }
    }

    @Test
    @Order(10)
    void aPeerWithAnotherXenOrProtocol() {
        assertAll(
                () -> {
                    try (FakePeer peer = FakePeer.saying(here, NOBODY, 1, "4.99.1")) {
                        refused(ErrorCode.XEN_VERSION, migrate("target", peer.name()), "4.99.1");
                    }
                },
                () -> {
                    try (FakePeer peer = FakePeer.saying(here, NOBODY, 2, "4.17.4")) {
                        refused(ErrorCode.PROTOCOL, migrate("target", peer.name()), "ersion");
                    }
                });
    }

    private void refused(ErrorCode code, String request, String mentioned) {
        Map<Integer, String> before = here.domains();
        Map<Integer, String> beforeThere = there.domains();
        Reply reply = here.ask(request);
        assertAll(
                () -> assertEquals(code.number(), reply.code(), reply::toString),
                () -> assertTrue(
                        Pattern.compile("\\w.*[.)]\\s*$", Pattern.DOTALL)
                                .matcher(reply.message())
                                .find(),
                        () -> "a sentence: " + reply),
                () -> assertTrue(reply.message().contains(mentioned), () -> mentioned + " is named: " + reply),
                () -> assertEquals(before, here.domains()),
                () -> assertEquals(beforeThere, there.domains()));
    }

    private static String couple(String target, String guard) {
        return "{\"request\":\"couple\",\"target\":\"" + target + "\",\"guard\":\"" + guard + "\"}";
    }

    private static String migrate(String target, String host) {
        return "{\"request\":\"migrate\",\"target\":\"" + target + "\",\"host\":\"" + host
                + "\",\"onTimeout\":\"cancel\",\"verifyMemory\":false}";
    }
}
