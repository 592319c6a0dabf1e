/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.guardlink.GuardReply;
import org.vmcoupler.guardlink.GuardStanding;
import org.vmcoupler.hold.Hold;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.hypervisor.DomainEnd;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.DomainState;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.life.NextGuard;
import org.vmcoupler.migration.GuardWork;
import org.vmcoupler.migration.HostParts;
import org.vmcoupler.migration.PairHere;
import org.vmcoupler.migration.SavesByOthers;
import org.vmcoupler.time.Poll;

/**
 * What is done to the domains of one pair. Every method blocks, may be called again after it failed, and throws {@link Refusal} or
 * {@link HypervisorException}; the target runs only after its guard has proven a look. One thread.
 */
final class PairWork {

    private static final Logger LOG = LoggerFactory.getLogger(PairWork.class);
    private static final String ENDED = "--ended";
    private static final Duration POLL = Duration.ofMillis(250);

    private final HostParts host;
    private final Hypervisor hypervisor;
    private final PairBook book;
    private final Plans plans;
    private final KeeperTimes times;
    private final Hold hold;
    private final LastLook lastLook;
    private final DomainMaker maker;
    private final SavesByOthers saves;
    private final Meddling meddling;
    private final UUID id;
    private volatile PairHere pair;
    private boolean guardRemembered;
    private volatile boolean stopped;

    PairWork(KeeperParts parts, PairHere pair) {
        this.host = parts.host();
        this.hypervisor = host.hypervisor();
        this.book = parts.book();
        this.plans = parts.plans();
        this.times = parts.times();
        this.saves = new SavesByOthers(host, parts.saves());
        this.meddling = new Meddling(hypervisor);
        this.hold = host.hold();
        this.lastLook = new LastLook(hypervisor.xenstore());
        this.maker = parts.maker();
        this.id = pair.facts().targetUuid();
        this.pair = pair;
    }

    PairHere pair() {
        return pair;
    }

    /** Lets a wait for an agent end without one. Any thread. */
    void stop() {
        stopped = true;
    }

    /** Takes what a migration has made of the pair's numbers. */
    void see(PairHere now) {
        pair = now;
    }

    /** Returns how a member has ended; empty if it lives. */
    Optional<DomainEnd> end(Member member) {
        return hypervisor.end(pair.domid(member), pair.facts().uuid(member));
    }

    boolean targetRuns() {
        return info(Member.TARGET)
                .filter(info -> info.state() == DomainState.ALIVE && !info.paused())
                .isPresent();
    }

    boolean targetIsPaused() {
        return info(Member.TARGET)
                .filter(info -> info.state() == DomainState.ALIVE && info.paused())
                .isPresent();
    }

    /** Tells whether the target is held, by this daemon from now on: see {@link Hold#takeOver}. */
    boolean held() {
        return hold.takeOver(pair.target());
    }

    /** Needs no xenstore. */
    void hold() {
        hold.put(pair.target());
    }

    /** Holds the target; asks nothing that can hang. Any thread. */
    void holdAtOnce() {
        hold.putWithoutXenstore(pair.target());
    }

    /** Forgets a hold of a target that a migration has released. */
    void forgetHold() {
        hold.forget(pair.target());
    }

    /** Tells whether this daemon holds the target. Asks nothing that can hang. */
    boolean holds() {
        return hold.holdsHere(pair.target());
    }

    boolean targetIsHere() {
        return info(Member.TARGET).isPresent();
    }

    /** Sees to it that a held target stands still; tells whether it ran. Any thread. */
    boolean enforceHold() {
        return hold.enforce(pair.target());
    }

    /** Lets the guard prove a look in at most {@code deadline}, and notes it; checks that a migration has parked stay so. */
    void look(Duration deadline) {
        long drawn = System.nanoTime();
        try {
            work().watch(false, this::leavesParked, deadline);
        } catch (Refusal e) {
            if (info(Member.GUARD).filter(DomainInfo::paused).isPresent()) {
                throw new Refusal(e.code(), "Somebody has paused the guard. " + e.getMessage(), e);
            }
            throw e;
        }
        lastLook.note(pair.target(), drawn);
    }

    /** Asked when the guard is ours to ask: by then the target may have been stopped, and its guard is to look last. */
    private boolean leavesParked() {
        Hands hands = book.hands(id);
        if (hands == Hands.MIGRATION) {
            throw new Refusal(ErrorCode.BUSY, "A migration has the pair.");
        }
        return hands.leavesParked();
    }

    /** Returns when the last look was drawn that any daemon of this boot has seen proven. */
    OptionalLong lastLook() {
        return lastLook.read(pair.target());
    }

    /** Returns what others have done to the domains that should be known, and puts their names back: see {@link Meddling#look}. */
    List<String> meddled(BooleanSupplier pausedByUs) {
        return meddling.look(pair, pausedByUs);
    }

    /** Says that the target is or was held. */
    void forgetPause() {
        meddling.forgetPause();
    }

    /** Returns who saves or migrates a member without us: see {@link SavesByOthers#of}. */
    Optional<String> savedByOthers(Member member) {
        return saves.of(member, pair, info(member));
    }

    /** Tells whether the target was given away for good: see {@link SavesByOthers#hasGivenAway}. */
    boolean isGivenAway() {
        return saves.hasGivenAway(pair, info(Member.TARGET));
    }

    /** Ends the helpers of others that save a member. */
    void endSaves(Member member) {
        saves.end(member, pair);
    }

    /** Returns what others have done to a pair in its pre-copy that must end the migration; a save of theirs is ended with it. */
    Optional<String> disturbed() {
        for (Member member : Member.values()) {
            // two helpers take the same record of dirty pages from each other, so that both lose pages
            Optional<String> others = savedByOthers(member);
            if (others.isPresent()) {
                endSaves(member);
                return others.map(who -> "Somebody saves or migrates the " + member.word() + " without this daemon: "
                        + who + ", which was ended.");
            }
        }
        return end(Member.TARGET).filter(e -> e == DomainEnd.DESTROYED).map(e -> "Somebody has destroyed the target.");
    }

    /** Switches off what an ended helper of others has left on in the target; not while a migration of ours has it. */
    void stopLogDirty() {
        if (info(Member.TARGET).isPresent()) {
            hypervisor.stopLogDirty(pair.target());
        }
    }

    /** Keeps what a new guard is to be made from, as long as the old one can be asked. */
    void rememberGuard() {
        if (!guardRemembered && info(Member.GUARD).isPresent()) {
            book.rememberGuard(id, hypervisor.config(pair.guard()));
            guardRemembered = true;
        }
    }

    /** Makes a guard watch and releases the target. */
    void regain(NextGuard guard) {
        DomainInfo target =
                info(Member.TARGET).orElseThrow(() -> new Refusal(ErrorCode.UNKNOWN_DOMAIN, "The target is gone."));
        leftByOthers("resumed");
        if (target.suspended()) {
            hold.put(target.domid());
            hypervisor.resume(target.domid());
        }
        boolean ended = end(Member.GUARD).filter(e -> e != DomainEnd.SUSPEND).isPresent();
        if (guard == NextGuard.FRESH || ended) {
            replaceGuard();
        } else if (guard == NextGuard.CARRIED) {
            carryGuard();
        }
        wakeGuard();
        GuardReply.Status status = awaitAgent();
        host.lab().acceptGuard(pair.name(Member.GUARD), status.labSwitches());
        hold.enforce(pair.target());
        boolean stands = !targetRuns();
        boolean watches = status.standing().state() == GuardStanding.State.WATCHING
                && status.standing().domid() == pair.target().value();
        if (watches) {
            work().watchAgain(stands, host.deadlines().look());
        } else {
            couple();
            work().remap(stands, guard == NextGuard.CARRIED, host.deadlines().look());
        }
        if (destroySetAside()) {
            // that may have taken long, and the target is released on a fresh look only
            work().watch(stands, host.deadlines().look());
        }
        LOG.info(
                "guard {} watches target {}, which has run {} ns",
                pair.name(Member.GUARD),
                pair.name(Member.TARGET),
                info(Member.TARGET).map(DomainInfo::cpuTimeNs).orElse(-1L));
        hold.release(pair.target());
    }

    /** Makes a new target, paused, in place of the one that has ended, which is set aside. */
    void makeTarget() {
        DomainConfig config = plans.target(pair.name(Member.TARGET)).orElseGet(() -> hypervisor.config(pair.target()));
        if (!config.boots()) {
            throw new Refusal(
                    ErrorCode.UNKNOWN_DOMAIN,
                    "Nothing tells from what target \"" + pair.name(Member.TARGET)
                            + "\" boots: write it down in the pair's file, or list its kernel and ramdisk in [resources]"
                            + " before it moves here (docs/pairs.md).");
        }
        rememberGuard();
        Optional<DomainInfo> old = info(Member.TARGET);
        old.filter(DomainInfo::givenAway).ifPresent(info -> {
            throw new Refusal(
                    ErrorCode.BUSY,
                    "The target was given away by xl migrate and may run on the other host, so that it is not started here again.");
        });
        leftByOthers("started again");
        String name = pair.name(Member.TARGET);
        if (old.filter(info -> info.name().equals(name)).isPresent()) {
            hypervisor.setAside(pair.target(), ENDED);
        }
        try {
            DomainInfo made = maker.makeHeld(config, name, id);
            record(pair.facts().with(Member.TARGET, made.domid().value()));
        } catch (RuntimeException e) {
            if (old.isPresent() && hypervisor.domain(name).isEmpty()) {
                hypervisor.rename(old.get().domid(), name + ENDED, name);
            }
            throw e;
        }
    }

    /** Asks the target to end by itself. */
    void askTarget(boolean again) {
        hypervisor.askToEnd(pair.target(), again);
    }

    /** Who saves a suspended target may have its copy started elsewhere, or resume it here when that fails. */
    private void leftByOthers(String what) {
        savedByOthers(Member.TARGET).ifPresent(who -> {
            throw new Refusal(ErrorCode.BUSY, "The target is not " + what + " while " + who + " saves or migrates it.");
        });
    }

    /** Destroys the guard, then the target, and forgets the pair. */
    void endPair() {
        if (!isGivenAway()) {
            leftByOthers("destroyed");
        }
        destroy(Member.GUARD);
        destroy(Member.TARGET);
        destroySetAside();
        book.remove(id);
    }

    /** Gives the guard a domain that has had no target yet, in which it goes on. The old target goes in between, as it may not before its guard. */
    private void carryGuard() {
        GuardWork old = work();
        old.letGo();
        Domid made = hypervisor.carryOver(pair.guard(), times.guardStart());
        destroySetAside();
        host.guards().to(made, old.lastSequence());
        record(pair.facts().with(Member.GUARD, made.value()));
        LOG.info("guard {} goes on as domain {}", pair.name(Member.GUARD), made);
    }

    private void replaceGuard() {
        String name = pair.name(Member.GUARD);
        Optional<DomainConfig> written = plans.guard(pair.name(Member.TARGET));
        DomainConfig config = written.or(() -> book.rememberedGuard(id).filter(DomainConfig::boots))
                .orElseThrow(
                        () -> new Refusal(
                                ErrorCode.UNKNOWN_DOMAIN,
                                "Guard \"" + name
                                        + "\" is gone, and nothing tells how to make another one: write it down in"
                                        + " the pair's file (docs/pairs.md), or end the pair with `vmcoupler uncouple --yes`."));
        destroy(Member.GUARD);
        destroySetAside();
        // The UUID stays: so what a daemon made that died before it recorded the number is known to the next one.
        UUID uuid = pair.facts().guardUuid();
        DomainInfo made = maker.make(config, written.map(DomainConfig::name).orElse(name), uuid);
        PairFacts old = pair.facts();
        record(new PairFacts(
                old.targetName(),
                old.targetUuid(),
                old.targetDomid(),
                made.name(),
                uuid,
                made.domid().value()));
        LOG.warn("guard {} of target {} is a new one", made.name(), old.targetName());
    }

    private void record(PairFacts facts) {
        book.record(facts);
        pair = PairHere.of(facts);
    }

    private void wakeGuard() {
        Domid guard = pair.guard();
        if (info(Member.GUARD).filter(DomainInfo::suspended).isPresent()) {
            hypervisor.resume(guard);
        }
        hypervisor.release(guard);
    }

    /** Waits until the agent answers, or its domain has ended. */
    private GuardReply.Status awaitAgent() {
        Refusal[] last = {new Refusal(ErrorCode.GUARD_NOT_ALIVE, "The guard was not asked.")};
        Optional<GuardReply.Status> status = Optional.empty();
        long end = System.nanoTime() + times.guardStart().toNanos();
        while (status.isEmpty() && !stopped && end(Member.GUARD).isEmpty() && System.nanoTime() - end < 0) {
            status = Poll.value(() -> askAgent(last), POLL, POLL);
        }
        return status.orElseThrow(() -> last[0]);
    }

    private Optional<GuardReply.Status> askAgent(Refusal[] last) {
        try {
            return Optional.of(work().status());
        } catch (Refusal e) {
            last[0] = e;
            return Optional.empty();
        }
    }

    /** A guard that was made for this target may have been coupled by a daemon that died then; whether it was shows in its look. */
    private void couple() {
        try {
            hypervisor.setTarget(pair.guard(), pair.target());
        } catch (HypervisorException e) {
            LOG.info("guard {} has had a target already: {}", pair.name(Member.GUARD), e.getMessage());
        }
    }

    private void destroy(Member member) {
        if (info(member).isPresent()) {
            hypervisor.destroy(pair.domid(member), host.deadlines().destroy());
        }
    }

    /** Destroys targets that ended and were replaced; they cannot go before the guard that maps them. Tells whether there were any. */
    private boolean destroySetAside() {
        boolean any = false;
        for (DomainInfo info : hypervisor.domains()) {
            boolean ours = info.uuid().equals(id)
                    && info.name().equals(pair.name(Member.TARGET) + ENDED)
                    && !info.domid().equals(pair.target());
            if (ours) {
                hypervisor.destroy(info.domid(), host.deadlines().destroy());
                any = true;
            }
        }
        return any;
    }

    private Optional<DomainInfo> info(Member member) {
        return hypervisor.domain(pair.domid(member)).filter(i -> i.uuid()
                .equals(pair.facts().uuid(member)));
    }

    private GuardWork work() {
        return new GuardWork(host, id.toString(), pair.target(), pair.guard());
    }
}
