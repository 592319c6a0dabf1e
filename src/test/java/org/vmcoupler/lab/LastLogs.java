/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

/** What the daemons of both hosts logged last: told where a case fails, as the hosts are gone when somebody asks why. */
final class LastLogs {

    private static final int LINES = 60;
    private static final String READ =
            "journalctl -u vmcoupler -o short-monotonic --no-hostname --no-pager -n " + LINES;

    private LastLogs() {}

    /** Tells them to who reads along; does nothing without a lab. */
    static void tell() {
        if (System.getProperty(Lab.PROPERTY) == null) {
            return;
        }
        for (Host host : Lab.ofThisMachine().hosts()) {
            Scenarios.say("the last of the log of " + host.name() + ":\n" + last(host));
        }
    }

    private static String last(Host host) {
        try {
            return host.exec(READ);
        } catch (AssertionError silent) {
            return String.valueOf(silent.getMessage());
        }
    }
}
