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
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.destination.DestinationEvent;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.guardlink.GuardReply;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.PairFacts;

/** What is done to the two domains of a pair at its destination. Every method but {@link #receive} blocks. */
final class Arrival {

    private static final Logger LOG = LoggerFactory.getLogger(Arrival.class);

    /** Ends the name of a domain that has not been taken yet; no other domain may have the pair's names meanwhile. */
    static final String INCOMING = "--incoming";

    private final DestinationSetting setting;
    private final HostParts host;
    private volatile @Nullable DestinationStreams streams;
    private volatile long guardReleasedAtNs;
    private long counterGfn = -1;
    private long counterBeforeGo = -1;
    private long cpuTimeBeforeGoNs;

    Arrival(DestinationSetting setting) {
        this.setting = setting;
        this.host = setting.host();
    }

    void receive(DestinationStreams incoming, Consumer<DestinationEvent> events) {
        streams = incoming;
        incoming.start(events);
    }

    /** Couples both, lets the guard run in quarantine and waits for its proven look at the paused target. */
    DestinationEvent.Watching couple(ControlMessage.Stopped stopped) {
        Hypervisor hypervisor = host.hypervisor();
        Domid target = domid(Member.TARGET);
        Domid guard = domid(Member.GUARD);
        hypervisor.setTarget(guard, target);
        if (host.lab().releaseBeforeReady()) {
            LOG.error("LAB: the target is released before its guard has looked");
            hypervisor.release(target);
        }
        GuardReply.Look look = work(target, guard)
                .remapOnStart(
                        Map.of("target", Integer.toString(target.value())),
                        () -> {
                            hypervisor.release(guard);
                            guardReleasedAtNs = host.nowNs();
                        },
                        host.deadlines().look());
        if (!look.vmcoreinfo().equals(stopped.vmcoreinfo())) {
            throw new Refusal(ErrorCode.LOOK_NOT_PROVEN, "The guard sees another kernel than it saw at the source.");
        }
        counterGfn = stopped.counterGfn();
        counterBeforeGo = work(target, guard).counter(counterGfn).orElse(-1);
        LOG.info("READY: the guard sees counter {}, dom0 {}", look.counter().value(), counterBeforeGo);
        return new DestinationEvent.Watching(look.counter().value(), counterBeforeGo);
    }

    /** Lets the guard prove a fresh look at the paused target, and reads the figures of the moment before the go. */
    void prove() {
        Hypervisor hypervisor = host.hypervisor();
        Domid target = domid(Member.TARGET);
        Domid guard = domid(Member.GUARD);
        hypervisor.release(guard);
        work(target, guard).watch(true, host.deadlines().look());
        counterBeforeGo = work(target, guard).counter(counterGfn).orElse(-1);
        cpuTimeBeforeGoNs = info(target).cpuTimeNs();
        if (!info(target).paused() && !host.lab().releaseBeforeReady()) {
            throw new Refusal(ErrorCode.ROLLED_BACK, "Somebody has unpaused the target at the destination.");
        }
    }

    /** Releases the target. */
    ControlMessage.Running release() {
        host.hypervisor().release(domid(Member.TARGET));
        long releasedAtNs = host.nowNs();
        return new ControlMessage.Running(
                setting.migrationId(), releasedAtNs, guardReleasedAtNs, counterBeforeGo, cpuTimeBeforeGoNs);
    }

    void pauseGuard() {
        known(Member.GUARD).ifPresent(host.hypervisor()::pause);
    }

    /** Ends the restores and destroys what they made: the guard first, else the target would stay as a zombie. */
    void destroy() {
        DestinationStreams incoming = streams;
        if (incoming != null) {
            incoming.cancel();
            Duration deadline = host.deadlines().suspend();
            incoming.runs().parallelStream().forEach(run -> run.abort(deadline));
        }
        for (Member member : new Member[] {Member.GUARD, Member.TARGET}) {
            known(member).ifPresent(domid -> host.hypervisor()
                    .destroy(domid, host.deadlines().destroy()));
        }
    }

    /** Gives both domains their names and records the pair as coupled here. */
    void settle() {
        PairFacts pair = setting.pair();
        Domid target = domid(Member.TARGET);
        Domid guard = domid(Member.GUARD);
        host.hypervisor().rename(target, pair.targetName() + INCOMING, pair.targetName());
        host.hypervisor().rename(guard, pair.guardName() + INCOMING, pair.guardName());
        PairFacts here = new PairFacts(
                pair.targetName(),
                pair.targetUuid(),
                target.value(),
                pair.guardName(),
                pair.guardUuid(),
                guard.value());
        host.journal()
                .append(new JournalRecord.Pair(
                        pair.targetUuid(), here, host.hypervisor().host().bootId()));
    }

    private GuardWork work(Domid target, Domid guard) {
        return new GuardWork(host, setting.migrationId().toString(), target, guard);
    }

    private DomainInfo info(Domid domid) {
        return host.hypervisor()
                .domain(domid)
                .orElseThrow(() -> new Refusal(ErrorCode.HYPERVISOR, "Domain " + domid + " is gone."));
    }

    private Domid domid(Member member) {
        return known(member)
                .orElseThrow(() -> new Refusal(ErrorCode.HYPERVISOR, "The " + member.word() + " does not exist."));
    }

    /** Returns the domain's number if it still is the domain that it was: numbers are given again. */
    private Optional<Domid> known(Member member) {
        DestinationStreams incoming = streams;
        Optional<Domid> restored = incoming == null ? Optional.empty() : incoming.domid(member);
        PairFacts pair = setting.pair();
        int recorded = member == Member.TARGET ? pair.targetDomid() : pair.guardDomid();
        Optional<Domid> domid = restored.or(() -> recorded < 0 ? Optional.empty() : Optional.of(new Domid(recorded)));
        java.util.UUID uuid = member == Member.TARGET ? pair.targetUuid() : pair.guardUuid();
        return domid.flatMap(host.hypervisor()::domain)
                .filter(info -> info.uuid().equals(uuid))
                .map(DomainInfo::domid);
    }
}
