/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.time.Duration;

/** Makes and discards the pair of the scenarios. */
final class PairFixture {

    private static final Duration BOOT = Duration.ofMinutes(10);
    private static final String CONSOLES = "/var/log/xen/console/";

    private PairFixture() {}

    /** Returns the pair wherever it runs, watched; makes one on alpha if there is none. */
    static Pair any(Lab lab) {
        lab.hosts().forEach(Host::awaitDaemon);
        return Pair.find(lab).orElseGet(() -> make(lab, ""));
    }

    /**
     * Discards what there is and makes a pair on alpha.
     *
     * @param guardWords further words of the guard's kernel command line, to switch the faults of its agent on
     */
    static Pair fresh(Lab lab, String guardWords) {
        lab.hosts().forEach(Host::awaitDaemon);
        discard(lab);
        return make(lab, guardWords);
    }

    /** Writes a pair down on a host, to be started there; {@code policy} holds further lines of its file. */
    static void writeDown(Host host, String policy) {
        host.exec(
                "mkdir -p /etc/vmcoupler/pairs && printf 'target = \"/lab/guests/target.cfg\"\\nguard = \"/lab/guests/guard.cfg\"\\n"
                        + policy + "' >/etc/vmcoupler/pairs/target.toml");
    }

    /** Ends target and guard on both hosts, whatever state they are in. */
    static void discard(Lab lab) {
        for (Host host : lab.hosts()) {
            host.ask("{\"request\":\"uncouple\",\"target\":\"target\",\"yes\":true}");
            host.destroy("guard", "target");
        }
    }

    private static Pair make(Lab lab, String guardWords) {
        discard(lab);
        Host host = lab.alpha();
        start(host, "target", "");
        start(host, "guard", guardWords);
        host.await("the target counts", "grep -q counting " + CONSOLES + "guest-target.log", BOOT);
        host.await("the guard's agent has started", "grep -q 'agent .* starts' " + CONSOLES + "guest-guard.log", BOOT);
        host.ask("{\"request\":\"couple\",\"target\":\"target\",\"guard\":\"guard\"}")
                .orFail();
        Pair pair = new Pair(host, lab.other(host));
        pair.awaitGoesOn(new Pair.Watch(-1, -1, "", 0, 0));
        return pair;
    }

    private static void start(Host host, String name, String words) {
        String config = "/root/lab-" + name + ".cfg";
        host.exec("rm -f " + CONSOLES + "guest-" + name + ".log; sed '/^cmdline/s|\"$| " + words + "\"|' /lab/guests/"
                + name + ".cfg >" + config + " && xl create " + config);
    }
}
