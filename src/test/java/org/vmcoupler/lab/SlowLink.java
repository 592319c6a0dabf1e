/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/**
 * Makes the path from a host to the other one slow, from when a guard has sent most of its memory for the first time, so that the daemon has measured
 * it before it predicts anything, until both domains have been told to stop. One thread.
 */
final class SlowLink implements AutoCloseable {

    /** About 120 pages a second: fewer than a target can write here. */
    private static final String RATE = "4mbit";

    private static final Set<String> BEFORE_THE_STOP = Set.of("offer", "pre-copy", "prepare", "last-rounds");

    private final Host source;
    private boolean slow;

    SlowLink(Host source) {
        this.source = source;
        source.exec("tc qdisc del dev eth1 root 2>/dev/null || true"); // of a run that was killed; there is none else
    }

    /** Takes in how far the migration is. */
    void follow(JsonNode progress) {
        String phase = progress.path("phase").asText();
        if (!slow
                && phase.equals("pre-copy")
                && nearlySentOnce(progress.path("domains").path(1))) {
            source.exec("tc qdisc replace dev eth1 root tbf rate " + RATE + " burst 64kb latency 500ms");
            slow = true;
        } else if (!BEFORE_THE_STOP.contains(phase)) {
            close();
        }
    }

    private static boolean nearlySentOnce(JsonNode guard) {
        long total = guard.path("totalPages").asLong();
        return guard.path("pagesSent").asLong() > total - total / 16;
    }

    @Override
    public void close() {
        if (slow) {
            source.exec("tc qdisc del dev eth1 root");
            slow = false;
        }
    }
}
