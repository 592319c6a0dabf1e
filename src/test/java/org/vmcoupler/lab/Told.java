/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.time.Duration;

/** An alert of the daemon that is expected once more than its journal has it already. */
final class Told {

    private static final Duration SOON = Duration.ofMinutes(2);

    private final Host host;
    private final String count;
    private final int before;

    /** Begins to count; {@code alert} is a part of its text without single quotes. */
    Told(Host host, String alert) {
        this.host = host;
        this.count = "journalctl -u vmcoupler -o cat | grep ALERT | grep -c -F '" + alert + "'";
        this.before = Integer.parseInt(host.exec(count + "; true").strip());
    }

    /**
     * Waits for it.
     *
     * @throws AssertionError it did not come in time
     */
    void await() {
        host.await("the operator is told", "test $(" + count + ") -gt " + before, SOON);
    }
}
