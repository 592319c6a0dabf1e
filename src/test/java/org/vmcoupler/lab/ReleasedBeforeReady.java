/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

/** A daemon that is broken on purpose: it releases an incoming target before its guard has looked. Closing it mends the daemon. */
final class ReleasedBeforeReady implements AutoCloseable {

    private static final String CONFIG = "/etc/vmcoupler/vmcoupler.toml";

    private final Host host;

    /** Breaks the daemon of {@code host}, which is started again. */
    ReleasedBeforeReady(Host host) {
        this.host = host;
        host.exec("cp " + CONFIG + " /root/kept.toml && sed -i 's/^\\[lab\\]/&\\nrelease_before_ready = true/' "
                + CONFIG + " && systemctl restart vmcoupler");
        host.awaitDaemon();
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
