/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The two emulated hosts and the cable between them; must be up. */
final class Lab {

    /** System property that names {@code scripts/lab}; without it every scenario is skipped. */
    static final String PROPERTY = "vmcoupler.lab";

    private static final Duration CABLE = Duration.ofSeconds(30);
    private static final Duration BOOT = Duration.ofMinutes(10);

    private final Path script;
    private final Host alpha;
    private final Host beta;

    private Lab(Path script) {
        this.script = script;
        alpha = new Host(script, "alpha");
        beta = new Host(script, "beta");
    }

    /** Returns the lab of this machine. */
    static Lab ofThisMachine() {
        String script = System.getProperty(PROPERTY);
        if (script == null) {
            throw new IllegalStateException("set -D" + PROPERTY + "=scripts/lab");
        }
        return new Lab(Path.of(script).toAbsolutePath());
    }

    Host alpha() {
        return alpha;
    }

    Host beta() {
        return beta;
    }

    List<Host> hosts() {
        return List.of(alpha, beta);
    }

    Host other(Host host) {
        return host == alpha ? beta : alpha;
    }

    /** Takes the cable off both hosts; close the result to put it back. */
    Cut cutCable() {
        cable("cut");
        return () -> cable("mend");
    }

    /** Takes beta's power away and boots it again; its domains are gone. Blocks until it takes commands. */
    void rebootBeta() {
        ProcessRun.of(List.of(script.toString(), "reboot", beta.name()), BOOT).orFail();
    }

    private void cable(String state) {
        ProcessRun.of(List.of(script.toString(), "cable", state), CABLE).orFail();
    }

    /** A cable that is off. */
    @FunctionalInterface
    interface Cut extends AutoCloseable {
        @Override
        void close();
    }
}
