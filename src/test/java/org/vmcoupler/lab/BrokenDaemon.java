/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

/** A daemon that is broken on purpose, by a switch of its configuration. Closing it mends the daemon. */
final class BrokenDaemon implements AutoCloseable {

    private static final String CONFIG = "/etc/vmcoupler/vmcoupler.toml";

    private final Host host;

    private BrokenDaemon(Host host, String key) {
        this.host = host;
        host.exec("cp " + CONFIG + " /root/kept.toml && sed -i 's/^\\[lab\\]/&\\n" + key + " = true/' " + CONFIG
                + " && systemctl restart vmcoupler");
        host.awaitDaemon();
    }

    /** It releases an incoming target before its guard has looked. */
    static BrokenDaemon releasesBeforeReady(Host host) {
        return new BrokenDaemon(host, "release_before_ready");
    }

    /** It lets a target run on after its stop. */
    static BrokenDaemon runsOn(Host host) {
        return new BrokenDaemon(host, "run_on");
    }

    /** Returns the number that the last target had here which was released so. */
    int released() {
        return Integer.parseInt(host.exec("journalctl -u vmcoupler -o cat | sed -n "
                        + "'s/.*LAB: target \\([0-9]*\\) is released before.*/\\1/p' | tail -n1")
                .trim());
    }

    @Override
    public void close() {
        host.exec("cp /root/kept.toml " + CONFIG + " && systemctl restart vmcoupler");
        host.awaitDaemon();
    }

    @Override
    public String toString() {
        return host.toString();
    }
}
