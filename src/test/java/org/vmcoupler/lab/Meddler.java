/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.vmcoupler.time.Poll;

/**
 * Somebody with root's rights in a dom0 who does not ask the daemon: does something as soon as the daemon says that it is in a phase. What it starts
 * goes on until this is closed, and what it has not begun by then never begins.
 */
final class Meddler implements AutoCloseable {

    private static final String PIPE = "/root/slow";
    private static final String RECEIVER = "/root/breaks";
    private static final String DONE = "/root/meddled";

    /** A command of somebody who has begun may need so long; the migration may be over before. */
    private static final Duration BUSY = Duration.ofSeconds(20);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Host host;

    /**
     * Lies in wait.
     *
     * @param phase a part of the daemon's line about it, without quotes
     * @param command a shell command without double quotes that succeeds
     */
    Meddler(Host host, String phase, String command) {
        this.host = host;
        close();
        host.exec("systemd-run -q --unit=meddler sh -c \"journalctl -u vmcoupler -f -n 0 -o cat | (grep -q -m 1 -- '"
                + phase + "'; if " + command.replace("$", "\\$") + "\n then touch " + DONE
                + "; fi; exec sleep infinity)\"");
    }

    /**
     * Returns a shell command that saves a domain into a pipe that nobody empties for long, so that this is seen before it ends. How xl ends is how
     * the command ends.
     */
    static String slowSave(String domain) {
        return "rm -f " + PIPE + "; mkfifo " + PIPE + "; (sleep 40; cat) <" + PIPE + " >/dev/null 2>&1 & xl save "
                + domain + " " + PIPE;
    }

    /**
     * Returns a shell command that migrates a domain with xl, to a receiver that breaks off after a megabyte. The helper of that save lives for less than
     * a second, and takes the record of dirty pages with it. It succeeds as the migration fails. Source: Xen tools/xl/xl.h, migrate_receiver_banner.
     */
    static String brokenMigration(String domain) {
        return "printf '%s\\n' '#!/bin/sh' 'echo xl migration receiver ready, send binary domain data.' 'head -c 1000000 >/dev/null' >"
                + RECEIVER + " && chmod +x " + RECEIVER + " && ! xl migrate -s '' " + domain + " " + RECEIVER;
    }

    /** Returns a shell command that succeeds if {@code command} runs for a second, and lets it run on. */
    static String inTheBackground(String command) {
        return "{ { " + command + "; } >/dev/null 2>&1 & sleep 1; kill -0 $!; }";
    }

    /**
     * Demands that it has happened.
     *
     * @throws AssertionError the phase has not come, or the command did not succeed
     */
    void hasMeddled(Reply meanwhile) {
        assertTrue(
                Poll.until(() -> host.run("test -e " + DONE).exitCode() == 0, BUSY, PAUSE),
                () -> "nobody has meddled: " + meanwhile + "\n"
                        + host.run("journalctl -u meddler -n 20 -o cat; systemctl status meddler --no-pager"));
    }

    @Override
    public void close() {
        host.run("systemctl stop meddler; systemctl reset-failed meddler; rm -f " + DONE);
    }
}
