/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.nio.file.Path;

/** A door at the other host for what {@code xl migrate} sends from here, in clear; open until it is closed. */
final class XlReceiver implements AutoCloseable {

    private static final Path PROGRAM = Path.of("/root/xl-migrate");
    private static final int PORT = 7999;

    private final Host there;

    /** Opens it, and writes the program down that {@link #migration} names. */
    XlReceiver(Pair pair) {
        this.there = pair.there();
        there.exec(
                "systemd-run -q --unit=xl-receive socat TCP-LISTEN:" + PORT + ",reuseaddr 'EXEC:xl migrate-receive'");
        String address = "$(grep -A1 'name = \"" + there
                + "\"' /etc/vmcoupler/vmcoupler.toml | sed -n 's/^address = \"\\(.*\\)\"/\\1/p' | cut -d: -f1)";
        pair.here()
                .exec("printf '#!/bin/sh\\nexec xl migrate -s \"\" \"$1\" \"socat - TCP:%s:" + PORT + "\"\\n' \""
                        + address + "\" >" + PROGRAM + " && chmod +x " + PROGRAM);
    }

    /** Returns the shell command that migrates a domain through the door; its end is xl's. */
    String migration(String domain) {
        return PROGRAM + " " + domain;
    }

    @Override
    public void close() {
        there.run("systemctl stop xl-receive; systemctl reset-failed xl-receive");
    }
}
