/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import org.vmcoupler.guardlink.GuardLinks;
import org.vmcoupler.hold.Hold;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.journal.Journal;
import org.vmcoupler.savehelper.ShimServer;

/**
 * What all work on the pairs of one host shares.
 *
 * @param shims where save helpers say HELLO
 * @param workers threads for effects that block, as many as needed
 * @param guards the conversations with all guards of this host, one each
 * @param clock wall clock, for times that are compared between hosts
 * @param definitions what libvirt beside us has, if it is there
 * @param hold what keeps targets from running that no guard watches
 */
public record HostParts(
        Hypervisor hypervisor,
        ShimServer shims,
        Journal journal,
        ExecutorService workers,
        InstantSource clock,
        SecureRandom random,
        Deadlines deadlines,
        LabSwitches lab,
        GuardLinks guards,
        Definitions definitions,
        Hold hold) {

    /** Returns nanoseconds since the epoch. */
    public long nowNs() {
        java.time.Instant now = clock.instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
