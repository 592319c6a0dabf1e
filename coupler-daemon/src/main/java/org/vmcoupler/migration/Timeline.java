/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.util.ArrayList;
import java.util.List;
import org.vmcoupler.report.Phase;

/** When each phase of a migration began and ended, in milliseconds after its start. One thread writes. */
final class Timeline {

    private final long startNs = System.nanoTime();
    private final List<Phase> ended = new ArrayList<>();
    private String phase;
    private long phaseStartMs;

    Timeline(String firstPhase) {
        this.phase = firstPhase;
    }

    synchronized long nowMs() {
        return (System.nanoTime() - startNs) / 1_000_000;
    }

    synchronized void enter(String next) {
        if (!next.equals(phase)) {
            long now = nowMs();
            ended.add(new Phase(phase, phaseStartMs, now));
            phase = next;
            phaseStartMs = now;
        }
    }

    synchronized String phase() {
        return phase;
    }

    synchronized List<Phase> phases() {
        return List.copyOf(ended);
    }
}
