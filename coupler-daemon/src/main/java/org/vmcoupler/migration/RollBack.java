/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.source.SourceEvent.RolledBack;
import org.vmcoupler.coupling.source.SourceEvent.RolledBack.Result;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.DomainState;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.journal.JournalDeadException;
import org.vmcoupler.savehelper.ForeignSaves;
import org.vmcoupler.time.BackOff;
import org.vmcoupler.time.Poll;

/**
 * Lets a pair run on at the source, its guard first. Blocks; runs under a durable KEEP only. The order is that of docs/architecture.md, "Before
 * anything resumes at the source". Whatever fails, the target stands still before the next try, unless its guard proves that it watches as ever.
 */
final class RollBack {

    private static final Logger LOG = LoggerFactory.getLogger(RollBack.class);

    private static final String GIVEN_AWAY =
            "`xl migrate` has given the target away, and its copy may run: nothing was resumed.";
    private static final int FIRST_PAUSE_OF_LOOK = 10;
    private static final Duration KILLED = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final HostParts host;
    private final PairHere pair;
    private final String mid;
    private final boolean stopping;
    private final Set<Member> takenBack = EnumSet.noneOf(Member.class);
    private boolean pausedByOthers;
    private final ForeignSaves others = new ForeignSaves();
    private boolean hasSuspended;

    /** Makes one; {@code stopping}: this attempt may have told a domain to suspend. */
    RollBack(HostParts host, PairHere pair, String mid, boolean stopping) {
        this.host = host;
        this.pair = pair;
        this.mid = mid;
        this.stopping = stopping;
    }

    /** Ends the saves, lets the guard prove a look and then lets the target go on; tries again for a bounded time. */
    RolledBack run(List<RunningSave> saves) {
        pausedByOthers = standsAlive();
        Duration look = host.deadlines().look();
        long end = System.nanoTime() + host.deadlines().rollBack().toNanos();
        BackOff wait = new BackOff(look.dividedBy(FIRST_PAUSE_OF_LOOK), LONGEST_PAUSE);
        while (true) {
            RolledBack failure;
            try {
                return once(saves);
            } catch (JournalDeadException e) {
                throw e;
            } catch (RuntimeException e) {
                LOG.warn("the pair cannot run on yet: {}", e.getMessage());
                failure = lost(standStill(), String.valueOf(e.getMessage()));
            }
            boolean over =
                    System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted();
            if (over) {
                return failure;
            }
            Poll.until(() -> false, wait.pause(), wait.pause());
            wait = wait.next();
        }
    }

    private RolledBack once(List<RunningSave> saves) {
        endSavesOfOthers();
        // Before libxl's own limit passes, while the helper waits in it: what is taken back now was never seen by the
        // guest.
        takeBackSuspends();
        endSaves(saves);
        if (!lives(Member.TARGET)) {
            return new RolledBack(Result.GONE, "The target is not on this host any more; nothing was resumed.");
        }
        if (!lives(Member.GUARD)) {
            return lost(standStill(), "The guard is not on this host any more.");
        }
        if (suspendedTarget().filter(DomainInfo::givenAway).isPresent()) {
            return lost(false, GIVEN_AWAY);
        }
        noCopyOfOthers();
        takeBackSuspends();
        host.hypervisor().stopLogDirty(pair.target());
        wake(Member.GUARD);
        prove();
        wake(Member.TARGET);
        LOG.info("rolled back: the guard has proven a look, the target runs");
        String pause = pausedByOthers
                ? " Somebody had paused the target, so that it could not suspend, or its guard was late; it was unpaused."
                : "";
        // The guard has answered after the take-back, so that no suspend of its kernel is under way. A target gives no
        // such proof.
        boolean late = stopping && !takenBack.contains(Member.TARGET) && !hasSuspended;
        return late
                ? new RolledBack(
                        Result.SUSPEND_PENDING,
                        "The pair runs on at the source, watched. Its target has taken a request to suspend and may still do so: then it is"
                                + " resumed, its guard first. Until it has, or was shut down, the pair cannot be moved."
                                + pause)
                : new RolledBack(Result.WATCHED, "The pair runs on at the source, watched." + pause);
    }

    /** A destroyed target stays in Xen's list as long as its guard maps its memory. */
    private boolean lives(Member member) {
        return pair.isHere(host.hypervisor(), member)
                && host.hypervisor()
                        .domain(pair.domid(member))
                        .filter(info -> info.state() != DomainState.DYING)
                        .isPresent();
    }

    /**
     * A guest that begins to suspend overwrites the request itself, in a transaction. Source: Linux drivers/xen/manage.c, shutdown_handler. So one
     * that can be taken back was never seen.
     */
    private void takeBackSuspends() {
        for (Member member : Member.values()) {
            String node = "/local/domain/" + pair.domid(member) + "/control/shutdown";
            if (pair.isHere(host.hypervisor(), member)
                    && host.hypervisor().xenstore().replace(node, "suspend", "")) {
                takenBack.add(member);
            }
        }
    }

    /**
     * Before a request is taken back, which the libxl of another save would take for the guest's answer. Source: Xen
     * tools/libs/light/libxl_dom_suspend.c, domain_suspend_pvcontrol_acked.
     */
    private void endSavesOfOthers() {
        List<ForeignSaves.Save> helpers = helpersOfOthers();
        for (ForeignSaves.Save save : helpers) {
            LOG.warn(
                    "{} of somebody else, or of a daemon that has died, saves a domain of the pair and is ended",
                    save.text());
            ForeignSaves.end(save);
        }
        Poll.until(() -> helpers.stream().noneMatch(save -> save.process().isAlive()), KILLED, RunningSave.POLL);
    }

    private List<ForeignSaves.Save> helpersOfOthers() {
        others.scanAll();
        return Stream.of(Member.values())
                .flatMap(member -> others.helpers(pair.domid(member).value()).stream())
                .toList();
    }

    /** Who leads a save of a suspended target may be handing its copy over to another host, where it would run as well. It is waited for. */
    private void noCopyOfOthers() {
        helpersOfOthers().stream().findAny().ifPresent(save -> {
            throw new Refusal(ErrorCode.BUSY, save.text() + " still saves a domain of the pair.");
        });
        Optional<DomainInfo> target = suspendedTarget();
        if (target.isEmpty()) {
            return;
        }
        hasSuspended = true;
        new SavesByOthers(host, others).of(Member.TARGET, pair, target).ifPresent(who -> {
            throw new Refusal(
                    ErrorCode.BUSY,
                    "The target is not resumed, as its copy may run elsewhere: it is saved or migrated by " + who
                            + ".");
        });
    }

    /** Returns what Xen says of the target, if it is suspended. */
    private Optional<DomainInfo> suspendedTarget() {
        return suspended(Member.TARGET);
    }

    private Optional<DomainInfo> suspended(Member member) {
        return host.hypervisor().domain(pair.domid(member)).filter(DomainInfo::suspended);
    }

    private void endSaves(List<RunningSave> saves) {
        boolean ended = saves.parallelStream()
                .map(save -> save.abort(host.deadlines().suspend()))
                .reduce(true, Boolean::logicalAnd);
        if (!ended) {
            throw new Refusal(ErrorCode.HYPERVISOR, "A save helper could not be ended.");
        }
    }

    /** A target that runs is asked about as it is; one that stands gets the stronger challenge, and a guard that maps it anew. */
    private void prove() {
        if (runs()) {
            try {
                guard().watch(false, host.deadlines().guard());
                return;
            } catch (Refusal e) {
                LOG.warn("the guard does not watch the running target, which is paused: {}", e.getMessage());
                host.hypervisor().pause(pair.target());
            }
        }
        guard().remap(true, host.deadlines().guard());
    }

    /** Pauses the target, unless nothing was ever stopped and its guard proves that it watches; tells whether it runs on so. */
    private boolean standStill() {
        try {
            if (!stopping && runs()) {
                guard().watch(false, host.deadlines().guard());
                return true;
            }
        } catch (JournalDeadException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.warn("the guard does not watch the running target: {}", e.getMessage());
        }
        try {
            if (pair.isHere(host.hypervisor(), Member.TARGET)) {
                host.hypervisor().pause(pair.target());
            }
        } catch (RuntimeException e) {
            LOG.error("target {} cannot be paused", pair.target(), e);
        }
        return false;
    }

    private static RolledBack lost(boolean runsOn, String problem) {
        String state = runsOn
                ? " The pair runs on at the source, watched, but the attempt is not over. Restart the daemon, which tries again."
                : " Without a proven look the target is paused at the source. The daemon asks its guard further and then makes another one: see"
                        + " `vmcoupler pairs`; or uncouple the pair with `vmcoupler uncouple --yes`.";
        return new RolledBack(Result.GUARD_LOST, problem + state);
    }

    private void wake(Member member) {
        Hypervisor hypervisor = host.hypervisor();
        Domid domid = pair.domid(member);
        Optional<DomainInfo> suspended = suspended(member);
        if (suspended.isPresent()) {
            if (member == Member.TARGET && suspended.get().givenAway()) {
                throw new Refusal(ErrorCode.BUSY, GIVEN_AWAY);
            }
            hypervisor.resume(domid);
            hasSuspended |= member == Member.TARGET;
        }
        if (member == Member.TARGET) {
            host.hold().releaseAtOnce(domid);
        } else {
            hypervisor.release(domid);
        }
    }

    /** What the shim pauses has suspended before; so one that is alive was paused by somebody else. */
    private boolean standsAlive() {
        try {
            return host.hypervisor()
                    .domain(pair.target())
                    .filter(info -> info.state() == DomainState.ALIVE && info.paused())
                    .isPresent();
        } catch (RuntimeException e) {
            LOG.warn("whether somebody has paused the target cannot be seen: {}", e.getMessage());
            return false;
        }
    }

    private boolean runs() {
        return host.hypervisor()
                .domain(pair.target())
                .filter(info -> info.state() == DomainState.ALIVE && !info.paused())
                .isPresent();
    }

    private GuardWork guard() {
        return new GuardWork(host, mid, pair.target(), pair.guard());
    }
}
