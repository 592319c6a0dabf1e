/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.Hypervisor;

/**
 * The hypervisor's own word that the target stands still at its source from its stop on: its CPU time. Any thread; {@link #begin} and {@link #ranNs}
 * ask the hypervisor and block for that. Source: Xen xen/common/domctl.c, getdomaininfo (the sum of what the vCPUs spent in RUNSTATE_running).
 */
final class StopEvidence {

    /** Nothing was measured, as the target stopped under an earlier run of the daemon or not at all. */
    static final long UNKNOWN = -1;

    private static final Logger LOG = LoggerFactory.getLogger(StopEvidence.class);

    private final Hypervisor hypervisor;
    private final PairHere pair;
    private long atStopNs = UNKNOWN;
    private long mostNs = UNKNOWN;

    StopEvidence(Hypervisor hypervisor, PairHere pair) {
        this.hypervisor = hypervisor;
        this.pair = pair;
    }

    /** Takes the CPU time that counts as the one of the stop: to be called once the target is suspended and paused. */
    synchronized void begin() {
        atStopNs = cpuTimeNs();
    }

    /**
     * Measures how long the target has run since {@link #begin}, in nanoseconds; {@link #UNKNOWN} without it.
     *
     * @throws Refusal the target is gone
     */
    synchronized long ranNs() {
        if (atStopNs == UNKNOWN) {
            return UNKNOWN;
        }
        mostNs = Math.max(mostNs, cpuTimeNs() - atStopNs);
        if (mostNs > 0) {
            LOG.error("target {} ran for {} ns after its stop", pair.target(), mostNs);
        }
        return mostNs;
    }

    /** Returns the most that was measured so far, {@link #UNKNOWN} before the first time. Does not block. */
    synchronized long mostNs() {
        return mostNs;
    }

    private long cpuTimeNs() {
        return hypervisor
                .domain(pair.target())
                .filter(info -> info.uuid().equals(pair.facts().uuid(Member.TARGET)))
                .map(DomainInfo::cpuTimeNs)
                .orElseThrow(() -> new Refusal(ErrorCode.ROLLED_BACK, "The stopped target is gone."));
    }
}
