/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.inventory.InventoryException;
import org.vmcoupler.journal.JournalDeadException;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.keeper.Claims;
import org.vmcoupler.keeper.DomainMaker;
import org.vmcoupler.keeper.KeeperTimes;
import org.vmcoupler.keeper.Keepers;
import org.vmcoupler.keeper.KeptPair;
import org.vmcoupler.keeper.Plans;
import org.vmcoupler.life.LifeEvent;
import org.vmcoupler.migration.HostParts;
import org.vmcoupler.migration.PairHere;
import org.vmcoupler.migration.SavesByOthers;
import org.vmcoupler.savehelper.ForeignSaves;
import org.vmcoupler.time.Poll;

/**
 * What operators may ask about the life of a pair, and how it is waited for. Any thread; every method but {@link #kept} blocks until it is done.
 */
final class Keeping {

    private static final Logger LOG = LoggerFactory.getLogger(Keeping.class);
    private static final Duration POLL = Duration.ofMillis(50);

    private final HostParts host;
    private final Pairs pairs;
    private final Plans plans;
    private final KeeperTimes times;
    private final Claims claims;
    private final Keepers keepers;
    private final DomainMaker maker;
    private final Starting starting;

    Keeping(HostParts host, Pairs pairs, Plans plans, KeeperTimes times) {
        this.host = host;
        this.pairs = pairs;
        this.plans = plans;
        this.times = times;
        this.claims = new Claims();
        this.maker = new DomainMaker(host);
        this.keepers = new Keepers(host, pairs, plans, times, claims, maker);
        this.starting = new Starting(host, pairs, plans, maker);
    }

    Pairs pairs() {
        return pairs;
    }

    Claims claims() {
        return claims;
    }

    Keepers keepers() {
        return keepers;
    }

    /** Returns what the pair's keeper sees; of a pair that has none yet, that it is watched, which its first look will show. */
    KeptPair kept(PairHere pair) {
        return keepers.view(pair.facts().targetUuid())
                .orElseGet(() -> new KeptPair(
                        "watched",
                        0,
                        -1,
                        -1,
                        plans.policy(pair.name(Member.TARGET)).maxUnproven().toMillis(),
                        ""));
    }

    /** Makes a pair that is written down, and returns it once it is watched. */
    PairHere start(String name, CoupleChecks checks) {
        return awaitWatched(starting.make(name, checks, Optional.empty()), name);
    }

    /** Asks libvirt of each target, so that it is known which it manages should it hang later. */
    void askWhoElseManages() {
        for (UUID target : host.journal().state().pairs().keySet()) {
            try {
                host.definitions().domains().find(target);
            } catch (InventoryException e) {
                LOG.debug("whether libvirt manages {} is not known yet", target, e);
            }
        }
    }

    /** Removes what earlier starts left that were cut short by the end of their daemon. */
    void clearUnfinishedStarts() {
        starting.clear();
    }

    /** Starts the pairs again that a boot of this host has ended, if that is written down. What fails is told in the log. */
    void startAfterBoot(CoupleChecks checks) {
        for (PairFacts lost : pairs.lostByBoot()) {
            if (plans.startsAfterBoot(lost.targetName())) {
                try {
                    LOG.warn("the pair of {} was ended by a boot of this host and is started again", lost.targetName());
                    UUID id = starting.make(lost.targetName(), checks, Optional.of(lost.targetUuid()));
                    awaitWatched(id, lost.targetName());
                } catch (JournalDeadException e) {
                    throw e;
                } catch (RuntimeException e) {
                    LOG.error("ALERT pair of {}: it is not started again", lost.targetName(), e);
                }
            }
        }
    }

    /** Ends a pair: returns when both domains are gone. */
    void stop(PairHere pair) {
        UUID id = pair.facts().targetUuid();
        keepers.ask(id, new LifeEvent.StopAsked(false));
        Duration limit =
                times.stop().plus(host.deadlines().destroy().multipliedBy(2)).plus(times.guardStart());
        if (!Poll.until(() -> pairs.pair(id).isEmpty(), limit, POLL)) {
            throw new Refusal(
                    ErrorCode.HYPERVISOR,
                    "The pair of target \"" + pair.name(Member.TARGET) + "\" has not ended within " + limit.toSeconds()
                            + " s: " + kept(pair).alert() + " It is tried further; see `vmcoupler pairs`.");
        }
    }

    /** Starts a pair's target again; returns the pair when it is watched. */
    PairHere restart(PairHere pair) {
        UUID id = pair.facts().targetUuid();
        keepers.ask(id, new LifeEvent.StopAsked(true));
        Predicate<PairHere> another = now -> !now.target().equals(pair.target());
        Duration limit = times.stop().plus(host.deadlines().destroy());
        if (!Poll.until(() -> pairs.pair(id).filter(another).isPresent(), limit, POLL)) {
            throw notYet(pair.name(Member.TARGET), kept(pair));
        }
        return awaitWatched(id, pair.name(Member.TARGET));
    }

    /** Destroys the guard and lets the target run on, unwatched; one whose copy `xl migrate` has given away stays suspended. */
    void uncouple(PairHere pair) {
        UUID id = pair.facts().targetUuid();
        String target = pair.name(Member.TARGET);
        boolean mine = keepers.letGo(id, times.guardStart()) && claims.take(id);
        if (!mine) {
            keepers.goOn(id);
            throw new Refusal(
                    ErrorCode.BUSY, "The pair of target \"" + target + "\" is being worked on; nothing was changed.");
        }
        try {
            PairHere now = pairs.pair(id).orElse(pair);
            leftByOthers(now);
            if (now.isHere(host.hypervisor(), Member.GUARD)) {
                host.hypervisor().destroy(now.guard(), host.deadlines().destroy());
            }
            // forgotten last: a pair that is recorded still is held again if this ends in between
            boolean runs = maker.release(now);
            pairs.remove(id);
            if (runs) {
                LOG.warn("uncoupled: target {} runs unwatched", target);
            } else {
                LOG.warn(
                        "ALERT uncoupled: target {}, now domain {}, stays suspended, as `xl migrate` has let another host start its copy: never resume"
                                + " both; destroy the one that is not wanted",
                        target,
                        now.target());
            }
        } finally {
            claims.giveBack(id);
            keepers.goOn(id);
        }
    }

    /** A target that somebody else has suspended is theirs until they have left it: its copy may be about to run. */
    private void leftByOthers(PairHere pair) {
        if (host.hypervisor()
                .domain(pair.target())
                .filter(DomainInfo::givenAway)
                .isPresent()) {
            return;
        }
        new SavesByOthers(host, new ForeignSaves()).mayHandOver(pair).ifPresent(who -> {
            throw new Refusal(
                    ErrorCode.BUSY,
                    "Target \"" + pair.name(Member.TARGET) + "\" is suspended, and " + who
                            + " saves or migrates it: its copy may be about to run. Uncouple it when that is over; nothing was changed.");
        });
    }

    private PairHere awaitWatched(UUID id, String name) {
        Duration limit = times.guardStart().plus(host.deadlines().look());
        boolean watched = Poll.until(
                () -> keepers.view(id)
                        .filter(k -> k.phase().equals("watched") && k.looks() > 0)
                        .isPresent(),
                limit,
                POLL);
        PairHere pair = pairs.pair(id)
                .orElseThrow(() -> new Refusal(
                        ErrorCode.GUARD_LOST, "The pair of target \"" + name + "\" has ended at once; see the log."));
        if (!watched) {
            throw notYet(name, kept(pair));
        }
        return pair;
    }

    private static Refusal notYet(String name, KeptPair kept) {
        return new Refusal(
                ErrorCode.GUARD_LOST,
                "Target \"" + name + "\" is not watched yet and stands still (" + kept.phase() + "). " + kept.alert()
                        + " It is tried further; see `vmcoupler pairs`, or end the pair with `vmcoupler stop`.");
    }
}
