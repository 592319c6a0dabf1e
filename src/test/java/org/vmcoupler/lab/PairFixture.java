/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.time.Duration;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.time.Poll;

/** Makes and discards the pair of the scenarios. */
final class PairFixture {

    private static final Duration BOOT = Duration.ofMinutes(10);
    private static final Duration BALLOON = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofSeconds(3);
    private static final String CONSOLES = "/var/log/xen/console/";
    private static final String BURN = "burn";

    private PairFixture() {}

    /** Returns the pair wherever it runs, watched; makes one on alpha if there is none. */
    static Pair any(Lab lab) {
        lab.hosts().forEach(Host::awaitDaemon);
        return Pair.find(lab).orElseGet(() -> make(lab, "", ""));
    }

    /**
     * Discards what there is and makes a pair on alpha.
     *
     * @param guardWords further words of the guard's kernel command line, to switch the faults of its agent on
     */
    static Pair fresh(Lab lab, String guardWords) {
        lab.hosts().forEach(Host::awaitDaemon);
        return make(lab, "", guardWords);
    }

    /** Discards what there is and makes a pair on alpha whose guard never waits. */
    static Pair withBusyGuard(Lab lab) {
        return fresh(lab, BURN);
    }

    /**
     * Discards what there is and makes a pair on alpha whose target is of another kind.
     *
     * @param targetEdit a sed script that changes the target's configuration
     */
    static Pair of(Lab lab, String targetEdit) {
        lab.hosts().forEach(Host::awaitDaemon);
        return make(lab, targetEdit, "");
    }

    /** Writes a pair down on a host, to be started there; {@code policy} holds further lines of its file. */
    static void writeDown(Host host, String policy) {
        host.exec(
                "mkdir -p /etc/vmcoupler/pairs && printf 'target = \"/lab/guests/target.cfg\"\\nguard = \"/lab/guests/guard.cfg\"\\n"
                        + policy + "' >/etc/vmcoupler/pairs/target.toml");
    }

    /** Takes back what {@link #writeDown} has written. */
    static void strikeOut(Host host) {
        host.exec("rm -f /etc/vmcoupler/pairs/target.toml");
    }

    /** Ends target and guard on both hosts, whatever state they are in. */
    static void discard(Lab lab) {
        for (Host host : lab.hosts()) {
            host.ask("{\"request\":\"uncouple\",\"target\":\"target\",\"yes\":true}");
            host.destroy("guard", "target");
        }
    }

    private static Pair make(Lab lab, String targetEdit, String guardWords) {
        discard(lab);
        Host host = lab.alpha();
        start(host, "target", targetEdit);
        if (guardWords.equals(BURN)) {
            // beside such a guard, which weighs four times as much, it would boot for minutes
            awaitCounting(host);
        }
        start(host, "guard", "/^cmdline/s|\"$| " + guardWords + "\"|");
        awaitCounting(host);
        host.await("the guard's agent has started", "grep -q 'agent .* starts' " + CONSOLES + "guest-guard.log", BOOT);
        couple(host).orFail();
        Pair pair = new Pair(host, lab.other(host));
        pair.awaitGoesOn(new Pair.Watch(-1, -1, "", 0, 0));
        return pair;
    }

    private static void awaitCounting(Host host) {
        host.await("the target counts", "grep -q counting " + CONSOLES + "guest-target.log", BOOT);
    }

    /** A target that was made with less memory than it may have is taken when its balloon has given the rest back. */
    private static Reply couple(Host host) {
        Reply[] reply = new Reply[1];
        Poll.until(
                () -> {
                    reply[0] = host.ask("{\"request\":\"couple\",\"target\":\"target\",\"guard\":\"guard\"}");
                    return reply[0].code() != ErrorCode.NOT_ALLOWED.number();
                },
                BALLOON,
                PAUSE);
        return reply[0];
    }

    private static void start(Host host, String name, String edit) {
        String config = "/root/lab-" + name + ".cfg";
        host.exec("rm -f " + CONSOLES + "guest-" + name + ".log; sed '" + edit + "' /lab/guests/" + name + ".cfg >"
                + config + " && xl create " + config);
    }
}
