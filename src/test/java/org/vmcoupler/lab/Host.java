/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One emulated host. Each call is one ssh session over a kept connection, some tenths of a second. */
final class Host {

    private static final Duration COMMAND = Duration.ofMinutes(2);
    private static final Duration DAEMON_START = Duration.ofMinutes(5);

    private final Path script;
    private final String name;

    Host(Path script, String name) {
        this.script = script;
        this.name = name;
    }

    String name() {
        return name;
    }

    /** Returns the command of this machine that runs a shell command line in the host as root. */
    List<String> commandFor(String shell) {
        return List.of(script.toString(), "exec", name, shell);
    }

    /** Runs a shell command line; whatever it ends with is in the result. */
    ProcessRun run(String shell) {
        return ProcessRun.of(commandFor(shell), COMMAND);
    }

    /** Runs a shell command line that must succeed and returns what it printed. */
    String exec(String shell) {
        return run(shell).orFail();
    }

    /**
     * Waits until a shell command line succeeds. The host asks itself: a session for each try would take its only processor from the guests.
     *
     * @throws AssertionError it did not within {@code limit}; the message has {@code what} and what it last printed
     */
    void await(String what, String shell, Duration limit) {
        String loop = "end=$((SECONDS + " + limit.toSeconds() + ")); until { " + shell
                + "; } >/dev/null 2>&1; do [ $SECONDS -lt $end ] || exit 1; sleep 1; done";
        if (ProcessRun.of(commandFor(loop), limit.plus(COMMAND)).exitCode() != 0) {
            throw new AssertionError(name + ": not within " + limit.toSeconds() + " s: " + what + "\n" + run(shell));
        }
    }

    /** Asks the daemon and waits for its last word. {@code json} holds the members but the version. */
    Reply ask(String json) {
        try (DaemonCall call = new DaemonCall(this, json)) {
            return call.reply(COMMAND);
        }
    }

    /** Waits until the daemon takes requests, after a restart. */
    void awaitDaemon() {
        await(
                "the daemon takes requests",
                "systemctl is-active vmcoupler && test -S " + DaemonCall.SOCKET,
                DAEMON_START);
    }

    /** Returns the domains as {@code xl list} shows them, dom0 left out: name and state letters by domid. */
    Map<Integer, String> domains() {
        Map<Integer, String> domains = new TreeMap<>();
        for (String line : exec("xl list").lines().skip(1).toList()) {
            String[] words = line.trim().split("\\s+", -1);
            int domid = Integer.parseInt(words[1]);
            if (domid != 0) {
                // r (it runs just now) and b (it waits) change all the time.
                domains.put(domid, words[0] + " " + words[4].replaceAll("[rb]", "-"));
            }
        }
        return domains;
    }

    /** Returns the domid of the domain of this name. */
    int domid(String domain) {
        return Integer.parseInt(exec("xl domid " + domain).trim());
    }

    /** Ends domains by name or domid, those that are there. */
    void destroy(String... domains) {
        run("for d in " + String.join(" ", domains) + "; do xl destroy $d; done 2>/dev/null; true");
    }

    @Override
    public String toString() {
        return name;
    }
}
