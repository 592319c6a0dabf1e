/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.admission.DestinationConfig;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.Decision;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.destination.DestinationEvent;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.guardlink.GuardReply;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.time.Poll;

/** What is done to the two domains of a pair at its destination. Every method but {@link #receive} blocks. */
final class Arrival {

    private static final Logger LOG = LoggerFactory.getLogger(Arrival.class);

    private static final Duration MOVES = Duration.ofMillis(50);

    private final DestinationSetting setting;
    private final HostParts host;
    private volatile @Nullable DestinationStreams streams;
    private volatile long guardReleasedAtNs;
    private volatile boolean givenUp;
    private Optional<ControlMessage.Stopped> sent;
    private boolean coupled;
    private boolean targetWasSet;
    private long counterGfn;
    private long counterBeforeGo = -1;
    private long cpuTimeBeforeGoNs;

    Arrival(DestinationSetting setting) {
        this.setting = setting;
        this.host = setting.host();
        this.sent = setting.held();
        this.targetWasSet = setting.held().isPresent();
        this.counterGfn = setting.held().map(ControlMessage.Stopped::counterGfn).orElse(-1L);
    }

    void receive(DestinationStreams incoming, Consumer<DestinationEvent> events) {
        streams = incoming;
        incoming.start(events);
    }

    /** Couples both, lets the guard run in quarantine and waits for its proven look at the paused target. */
    DestinationEvent.Watching couple(ControlMessage.Stopped stopped) {
        // First of all: should this fail, the next proof makes it good.
        sent = Optional.of(stopped);
        Hypervisor hypervisor = host.hypervisor();
        Domid target = domid(Member.TARGET);
        Domid guard = domid(Member.GUARD);
        stillWanted();
        setTarget(guard, target);
        if (host.lab().releaseBeforeReady()) {
            LOG.error("LAB: target {} is released before its guard has looked", target);
            hypervisor.release(target);
        }
        GuardReply.Look look;
        try {
            look = work(target, guard)
                    .remapOnStart(
                            Map.of("target", Integer.toString(target.value())),
                            () -> {
                                stillWanted();
                                hypervisor.release(guard);
                                guardReleasedAtNs = host.nowNs();
                            },
                            host.deadlines().look());
        } catch (Refusal e) {
            throw explained(e, target);
        }
        hasNotRun(info(target));
        if (!look.vmcoreinfo().equals(stopped.vmcoreinfo())) {
            throw new Refusal(ErrorCode.LOOK_NOT_PROVEN, "The guard sees another kernel than it saw at the source.");
        }
        // Both are frozen, the last look and this one: no page that the guard judges may differ. After TAKE the target
        // may have run already.
        if (!isTaken() && !look.watched().equals(stopped.watched())) {
            throw new Refusal(
                    ErrorCode.LOOK_NOT_PROVEN,
                    "The guard sees other contents in its watched pages than at its last look.");
        }
        counterGfn = stopped.counterGfn();
        counterBeforeGo = work(target, guard).counter(counterGfn).orElse(-1);
        coupled = true;
        LOG.info("READY: the guard sees counter {}, dom0 {}", look.counter().value(), counterBeforeGo);
        return new DestinationEvent.Watching(look.counter().value(), counterBeforeGo);
    }

    /**
     * A guard's target is set once and cannot be read back. Whether an earlier try, be it of another daemon, has set ours is therefore left to the
     * look, which only a guard that maps this very target can prove.
     */
    private void setTarget(Domid guard, Domid target) {
        boolean first = !targetWasSet;
        targetWasSet = true;
        try {
            host.hypervisor().setTarget(guard, target);
        } catch (HypervisorException e) {
            if (first) {
                throw e;
            }
            LOG.info("the guard has had a target; its look will show whether it is this one: {}", e.getMessage());
        }
    }

    /** Lets the guard prove a fresh look at the paused target, and reads the figures of the moment before the go. */
    void prove() {
        if (sent.isPresent() && !coupled) {
            couple(sent.get());
        }
        Hypervisor hypervisor = host.hypervisor();
        Domid target = domid(Member.TARGET);
        Domid guard = domid(Member.GUARD);
        stillWanted();
        hypervisor.release(guard);
        work(target, guard).watch(true, host.deadlines().look());
        counterBeforeGo = work(target, guard).counter(counterGfn).orElse(-1);
        DomainInfo info = info(target);
        cpuTimeBeforeGoNs = info.cpuTimeNs();
        hasNotRun(info);
        if (!info.paused()) {
            throw new Refusal(ErrorCode.ROLLED_BACK, "Somebody has unpaused the target at the destination.");
        }
    }

    /** What a target has written that has run explains a look that shows other memory. */
    private Refusal explained(Refusal look, Domid target) {
        try {
            host.hypervisor().domain(target).ifPresent(this::hasNotRun);
            return look;
        } catch (Refusal ran) {
            return ran;
        } catch (HypervisorException e) {
            look.addSuppressed(e);
            return look;
        }
    }

    /** After TAKE it may have run already. That Xen gave it no CPU is no word of its own, as its counter is. */
    private void hasNotRun(DomainInfo info) {
        if (!isTaken() && info.cpuTimeNs() != 0) {
            throw new Refusal(
                    ErrorCode.ROLLED_BACK,
                    "Somebody has unpaused the target at the destination, where it has run for " + info.cpuTimeNs()
                            + " ns before its go.");
        }
    }

    /** Waits until the released target's counter moves, which dom0 reads; tells whether it did in time. True if there is none. */
    boolean goesOn() {
        Domid target = domid(Member.TARGET);
        GuardWork guard = work(target, domid(Member.GUARD));
        return counterBeforeGo < 0
                || Poll.until(
                        () -> guard.counter(counterGfn).orElse(-1) > counterBeforeGo,
                        host.deadlines().goesOn(),
                        MOVES);
    }

    /** Releases the target. */
    ControlMessage.Running release() {
        host.hold().releaseAtOnce(domid(Member.TARGET));
        long releasedAtNs = host.nowNs();
        return new ControlMessage.Running(
                setting.migrationId(), releasedAtNs, guardReleasedAtNs, counterBeforeGo, cpuTimeBeforeGoNs);
    }

    /**
     * Holds both, the target first: it must not run without its guard. What is paused stays as it is, as this may happen often: Xen counts, and
     * refuses the 256th. Source: Xen xen/common/domain.c, domain_pause_by_systemcontroller.
     */
    void pause() {
        for (Member member : new Member[] {Member.TARGET, Member.GUARD}) {
            known(member).filter(info -> !info.paused()).map(DomainInfo::domid).ifPresent(host.hypervisor()::pause);
        }
    }

    /** Lets a step that is under way start nothing more. Does not block. */
    void giveUp() {
        givenUp = true;
    }

    /**
     * Ends the restores and destroys what they made: the guard first, else the target would stay as a zombie. On return nothing of both is here.
     *
     * @throws RuntimeException something is left, or may still come
     */
    void destroy() {
        DestinationStreams incoming = streams;
        if (incoming != null) {
            incoming.cancel();
            Duration deadline = host.deadlines().suspend();
            boolean ended = incoming.runs().parallelStream()
                    .map(run -> run.abort(deadline))
                    .reduce(true, Boolean::logicalAnd);
            if (!ended) {
                throw new HypervisorException("a restore has not ended yet, so its domain may still come");
            }
        }
        for (Member member : new Member[] {Member.GUARD, Member.TARGET}) {
            known(member).or(() -> unrecorded(member)).ifPresent(info -> host.hypervisor()
                    .destroy(info.domid(), host.deadlines().destroy()));
        }
    }

    /** Gives both domains their names. What has its name, was renamed by somebody, or is gone, is left as it is. */
    void settle() {
        for (Member member : Member.values()) {
            String name = name(member);
            known(member)
                    .filter(info -> info.name().equals(name + DestinationConfig.INCOMING))
                    .ifPresent(info -> host.hypervisor().rename(info.domid(), info.name(), name));
        }
    }

    private GuardWork work(Domid target, Domid guard) {
        long doneThere = sent.map(ControlMessage.Stopped::guardSequence).orElse(0L);
        return new GuardWork(host, setting.migrationId().toString(), target, guard, doneThere);
    }

    private boolean isTaken() {
        return host.journal().state().decision(setting.migrationId()) == Decision.TAKE;
    }

    private void stillWanted() {
        if (givenUp) {
            throw new Refusal(ErrorCode.ROLLED_BACK, "The pair has been refused meanwhile.");
        }
    }

    private DomainInfo info(Domid domid) {
        return host.hypervisor()
                .domain(domid)
                .orElseThrow(() -> new Refusal(ErrorCode.HYPERVISOR, "Domain " + domid + " is gone."));
    }

    private Domid domid(Member member) {
        return known(member)
                .map(DomainInfo::domid)
                .orElseThrow(() -> new Refusal(ErrorCode.HYPERVISOR, "The " + member.word() + " does not exist."));
    }

    /** Returns the domain if it still is the one that it was: numbers are given again. */
    private Optional<DomainInfo> known(Member member) {
        DestinationStreams incoming = streams;
        Optional<Domid> restored = incoming == null ? Optional.empty() : incoming.domid(member);
        PairFacts pair = setting.pair();
        int recorded = member == Member.TARGET ? pair.targetDomid() : pair.guardDomid();
        return restored.or(() -> recorded < 0 ? Optional.empty() : Optional.of(new Domid(recorded)))
                .flatMap(host.hypervisor()::domain)
                .filter(info -> info.uuid().equals(pair.uuid(member)));
    }

    /** A domain of ours of which the daemon died before it learnt the number: none of this name and UUID was here when the attempt began. */
    private Optional<DomainInfo> unrecorded(Member member) {
        return host.hypervisor().domains().stream()
                .filter(info -> info.name().equals(name(member) + DestinationConfig.INCOMING)
                        && info.uuid().equals(setting.pair().uuid(member)))
                .findFirst();
    }

    private String name(Member member) {
        return member == Member.TARGET
                ? setting.pair().targetName()
                : setting.pair().guardName();
    }
}
