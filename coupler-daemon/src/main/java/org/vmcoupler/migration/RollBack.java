/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.source.SourceEvent;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.DomainState;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.hypervisor.Xenstore;
import org.vmcoupler.time.Poll;

/**
 * Lets a pair run on at the source, its guard first. Blocks; runs under a durable KEEP only. The order is that of docs/architecture.md, "Before
 * anything resumes at the source".
 */
final class RollBack {

    private static final Logger LOG = LoggerFactory.getLogger(RollBack.class);
    private static final int GUARD_TRIES = 3;

    /** How long a suspend that was asked for may still come after its request was taken back. Source: Linux drivers/xen/manage.c, freeze limit 20 s. */
    private static final Duration LATE_SUSPEND = Duration.ofSeconds(30);

    private static final Duration POLL = Duration.ofMillis(100);

    private final HostParts host;
    private final PairHere pair;
    private final String mid;

    RollBack(HostParts host, PairHere pair, String mid) {
        this.host = host;
        this.pair = pair;
        this.mid = mid;
    }

    /** Ends the saves, lets the guard prove a look and then lets the target go on. */
    SourceEvent.RolledBack run(List<SaveRun> saves) {
        boolean ended = saves.parallelStream()
                .map(save -> save.abort(host.deadlines().suspend()))
                .reduce(true, Boolean::logicalAnd);
        if (!ended) {
            return new SourceEvent.RolledBack(
                    true,
                    "A save helper could not be ended; nothing was resumed. Look at the daemon's log, then restart the daemon, which tries again.");
        }
        if (!Stream.of(Member.values()).allMatch(member -> pair.isHere(host.hypervisor(), member))) {
            return new SourceEvent.RolledBack(
                    true, "The pair's domains are not on this host any more, or not both; nothing was resumed.");
        }
        boolean suspendUnderWay =
                Stream.of(Member.values()).map(this::takeBackSuspend).reduce(false, Boolean::logicalOr);
        Hypervisor hypervisor = host.hypervisor();
        hypervisor.stopLogDirty(pair.target());
        for (int tries = 0; tries < GUARD_TRIES; tries++) {
            try {
                wake(pair.guard());
                new GuardWork(host, mid, pair.target(), pair.guard())
                        .remap(stands(pair.target()), host.deadlines().guard());
                wake(pair.target());
                LOG.info("rolled back: the guard has proven a look, the target runs");
                if (suspendUnderWay) {
                    host.workers().execute(this::catchLateSuspends);
                }
                return new SourceEvent.RolledBack(false, "The pair runs on at the source, watched.");
            } catch (Refusal | HypervisorException e) {
                LOG.warn("the guard has proven no look yet: {}", e.getMessage());
            }
        }
        hypervisor.pause(pair.target());
        return new SourceEvent.RolledBack(
                true,
                "The guard has proven no look at the source either; the target is paused. Restart the guard's agent and run `vmcoupler migrate`"
                        + " again, or run the target unwatched with `vmcoupler uncouple --yes`.");
    }

    /** A suspend that the guest had already begun may come late: it is resumed, the guard always first. */
    private void catchLateSuspends() {
        Poll.until(
                () -> {
                    boolean late =
                            Stream.of(Member.values()).anyMatch(m -> state(pair.domid(m)) == DomainState.SUSPENDED);
                    if (late) {
                        LOG.warn("a suspend came late; the pair is resumed, its guard first");
                        run(List.of());
                    }
                    return late;
                },
                LATE_SUSPEND,
                POLL);
    }

    private boolean takeBackSuspend(Member member) {
        Xenstore xenstore = host.hypervisor().xenstore();
        return xenstore.replace("/local/domain/" + pair.domid(member) + "/control/shutdown", "suspend", "");
    }

    private void wake(Domid domid) {
        Hypervisor hypervisor = host.hypervisor();
        if (state(domid) == DomainState.SUSPENDED) {
            hypervisor.resume(domid);
        }
        hypervisor.release(domid);
    }

    private boolean stands(Domid domid) {
        return host.hypervisor()
                .domain(domid)
                .map(info -> info.paused() || info.suspended())
                .orElse(false);
    }

    private DomainState state(Domid domid) {
        return host.hypervisor().domain(domid).map(DomainInfo::state).orElse(DomainState.DYING);
    }
}
