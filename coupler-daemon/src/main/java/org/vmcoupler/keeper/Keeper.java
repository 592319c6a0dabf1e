/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.hypervisor.DomainEnd;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.journal.JournalDeadException;
import org.vmcoupler.life.LifeEffect;
import org.vmcoupler.life.LifeEvent;
import org.vmcoupler.life.LifePolicy;
import org.vmcoupler.life.LifeState;
import org.vmcoupler.life.LifeStep;
import org.vmcoupler.life.NextGuard;
import org.vmcoupler.life.OnGuardLoss;
import org.vmcoupler.life.Over;
import org.vmcoupler.life.Regaining;
import org.vmcoupler.life.Seized;
import org.vmcoupler.life.Watched;
import org.vmcoupler.migration.PairHere;

/** Keeps one pair, on a thread of its own, until the pair is over or is kept elsewhere. */
final class Keeper implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    private final PairWork work;
    private final PairBook book;
    private final Plans plans;
    private final KeeperTimes times;
    private final Claim claim;
    private final Attempts attempts;
    private final UUID id;
    private final String name;
    private final BlockingQueue<LifeEvent> wishes = new LinkedBlockingQueue<>();
    private final Deque<LifeEvent> unmet = new ArrayDeque<>();
    private final Deque<LifeEffect> undone = new ArrayDeque<>();
    private final Looker looker;
    private final LookClock clock;
    private final Alarm alarm;
    private final WhileMigrating migrating;
    private final SelfSuspends suspends = new SelfSuspends();
    private final Pending pending;
    private volatile LifeState state = new Watched();
    private volatile LifePolicy policy;
    private volatile String alert = "";
    private volatile boolean stopped;
    private volatile long stoodAt = System.nanoTime();
    private boolean begun;
    private Optional<Long> graceEnds = Optional.empty();

    /** Makes one; {@link #run} is its whole life. */
    Keeper(PairWork work, KeeperParts parts, Claims claims) {
        this.work = work;
        this.book = parts.book();
        this.plans = parts.plans();
        this.times = parts.times();
        this.id = work.pair().facts().targetUuid();
        this.name = work.pair().name(Member.TARGET);
        this.claim = new Claim(claims, book, work);
        this.attempts = new Attempts(work, book);
        this.policy = plans.policy(name);
        this.pending = new Pending(times.interval());
        this.looker = new Looker(work, times);
        this.clock = looker.clock();
        this.alarm = looker.alarm();
        this.migrating = new WhileMigrating(work, book, looker, this::doneByOthers, this::tell);
    }

    /** Returns what can be seen of it. Any thread. */
    KeptPair view() {
        return new KeptPair(
                state.phase(),
                clock.looks(),
                clock.ageMs(System.nanoTime()),
                clock.longestMs(),
                policy.maxUnproven().toMillis(),
                alert);
    }

    /** Takes an operator's wish. Any thread. */
    void ask(LifeEvent wish) {
        wishes.add(wish);
    }

    /** Looks that a held target stands still, also while this keeper waits for something or a migration has it, and tells it if not. Any thread. */
    void enforceHold() {
        if ((state.holds() || alarm.isOn() || migrating.holds()) && work.enforceHold()) {
            clock.ran(stoodAt, System.nanoTime());
            tell("somebody has unpaused the target, which no guard watches; it is paused again");
        }
        stoodAt = System.nanoTime();
    }

    /**
     * Holds the target if its keeper could take no look in the policy's time, whatever that hangs in; the keeper then goes on as after a lost guard.
     * Asks nothing that can hang. Any thread; tells whether it did so now.
     */
    boolean pauseIfOverdue() {
        if (!isOverdue() || !migrating.targetRuns(book.hands(id))) {
            return false;
        }
        boolean now = alarm.goOff(this::isOverdue, work::holdAtOnce);
        if (now) {
            clock.stopped(System.nanoTime());
        }
        return now;
    }

    private boolean isOverdue() {
        return state.looks() && policy.onGuardLoss() == OnGuardLoss.PAUSE && looker.isLate(policy);
    }

    /** Says what {@link #pauseIfOverdue} did. Any thread; blocks for the log. */
    void tellOfPause() {
        tell(
                "no look could be taken in time, as something that this daemon needs does not answer; the target is paused");
    }

    /**
     * Begins nothing more; what it does now goes on. Domains stay as they are. Any thread. The thread is never interrupted: that would close the
     * journal's file under it.
     */
    void stop() {
        stopped = true;
        work.stop();
        wishes.add(new LifeEvent.HeldTargetRuns());
    }

    @Override
    public void run() {
        try {
            while (!stopped && !(state instanceof Over)) {
                begun = begun || begin();
                turn(Optional.ofNullable(wishes.poll(times.interval().toMillis(), TimeUnit.MILLISECONDS)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (JournalDeadException e) {
            LOG.error("pair of {}: nothing more is done without the journal", name);
        } finally {
            claim.giveBack();
        }
    }

    /** A target that an earlier daemon held stays held, or is left to the migration that has it; tells whether it is known that it was or not. */
    private boolean begin() {
        try {
            boolean held = work.held();
            if (book.hands(id) != Hands.KEEPER) {
                migrating.begins();
            } else if (held && state instanceof Watched) {
                standsStill();
            }
            if (!held) {
                work.lastLook().ifPresent(this::countTimeWithoutDaemon);
            }
            rememberGuard();
            return true;
        } catch (HypervisorException e) {
            LOG.warn("pair of {}: cannot be read, is tried again: {}", name, e.getMessage());
            return false;
        }
    }

    private void rememberGuard() {
        try {
            work.rememberGuard();
        } catch (HypervisorException e) {
            LOG.warn("pair of {}: its guard's configuration cannot be read, is tried again: {}", name, e.getMessage());
        }
    }

    /** No guard was asked while no daemon ran; what it did meanwhile nobody knows. */
    private void countTimeWithoutDaemon(long drawn) {
        long now = System.nanoTime();
        clock.ran(drawn, now);
        Duration gap = Duration.ofNanos(now - drawn);
        if (gap.compareTo(policy.maxUnproven()) > 0) {
            tell("no look was proven for " + gap.toSeconds() + " s, as no daemon ran");
        }
    }

    private void standsStill() {
        LOG.warn("pair of {}: the target stands still until a guard watches it", name);
        clock.stopped(System.nanoTime());
        state = new Regaining(true, NextGuard.SAME, 0);
        pending.set(new LifeEffect.Regain(NextGuard.SAME, 0));
    }

    /** A migration leaves its target paused only if its guard is lost. */
    private void comeBack() {
        if (migrating.isOver()) {
            if (state instanceof Watched && (work.holds() || work.targetIsPaused())) {
                work.hold();
                standsStill();
            } else if (state instanceof Watched) {
                migrating.seeWhetherItRuns();
            }
        }
    }

    private void turn(Optional<LifeEvent> wish) {
        wish.ifPresent(unmet::add);
        try {
            Optional<PairHere> recorded = book.pair(id);
            if (recorded.isEmpty()) {
                work.forgetHold();
                state = new Over();
                book.forgetGuard(id);
                return;
            }
            work.see(recorded.get());
            policy = plans.policy(name);
            Hands hands = book.hands(id);
            if (hands == Hands.KEEPER) {
                keep();
            } else {
                migrating.lookAt(hands, policy);
            }
        } catch (JournalDeadException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("pair of {}: cannot be looked at, will be tried again", name, e);
        }
    }

    private void keep() {
        carryOut();
        comeBack();
        while (!unmet.isEmpty() && take(unmet.peek())) {
            unmet.remove();
        }
        if (alarm.isOn() && state.looks()) {
            // it is held already, whatever its policy says by now
            take(new LifeEvent.LookLate("no look could be taken in time"), policy.pausing());
        } else if (alarm.isOn()) {
            alarm.over();
        }
        observe();
        if (graceEnds.filter(end -> System.nanoTime() - end >= 0).isPresent()) {
            graceEnds = Optional.empty();
            take(new LifeEvent.GraceOver());
        }
        while (!stopped && pending.isDue(System.nanoTime()) && claim.take()) {
            take(attempts.run(pending.take()));
        }
    }

    private void observe() {
        Optional<DomainEnd> target = work.end(Member.TARGET);
        boolean guardIsSaved = observeSaves(target);
        Optional<DomainEnd> guard = work.end(Member.GUARD);
        if (state instanceof Watched && target.isEmpty()) {
            meddled();
            rememberGuard();
        } else {
            work.forgetPause();
        }
        if (state instanceof Seized
                && target.filter(end -> end != DomainEnd.SUSPEND).isEmpty()) {
            return;
        }
        if (state instanceof Watched
                && target.filter(end -> end == DomainEnd.SUSPEND).isPresent()) {
            suspended(System.nanoTime());
        } else if (target.isPresent()) {
            take(new LifeEvent.TargetEnded(target.get()));
        } else if (guard.filter(end -> end == DomainEnd.SUSPEND).isPresent()
                && (guardIsSaved || work.savedByOthers(Member.GUARD).isPresent())) {
            LOG.info(
                    "pair of {}: the guard is suspended by whoever saves it; the alarm tells how long that may last",
                    name);
        } else if (guard.isPresent()) {
            take(new LifeEvent.GuardEnded(guard.get()));
        } else if (state.holds() && work.targetRuns()) {
            take(new LifeEvent.HeldTargetRuns());
        } else if (state.looks()) {
            looker.look(policy, () -> book.hands(id) == Hands.MIGRATION)
                    .ifPresent(reason -> take(new LifeEvent.LookLate(reason)));
        }
    }

    private List<String> doneByOthers() {
        return work.meddled(alarm::isOn);
    }

    /** What cannot be seen of it must not keep the guard from its look. */
    private void meddled() {
        try {
            doneByOthers().forEach(this::tell);
        } catch (HypervisorException e) {
            LOG.warn("pair of {}: what others do to it cannot be seen: {}", name, e.getMessage());
        }
    }

    private void suspended(long now) {
        if (take(new LifeEvent.TargetSuspended(suspends.with(now)))) {
            suspends.add(now);
        }
    }

    /** A save by others is ended; what is left of a target's until its last process has gone is waited for. Tells whether there is one of the guard. */
    private boolean observeSaves(Optional<DomainEnd> target) {
        Optional<String> saves = work.savedByOthers(Member.TARGET);
        if (saves.isPresent()) {
            take(work.isGivenAway() ? new LifeEvent.GivenAway(saves.get()) : new LifeEvent.SavedByOthers(saves.get()));
        } else if (target.filter(end -> end != DomainEnd.SUSPEND).isEmpty()) {
            take(new LifeEvent.SaveOver());
        }
        Optional<String> guards = work.savedByOthers(Member.GUARD);
        guards.ifPresent(who -> {
            work.endSaves(Member.GUARD);
            tell("somebody saves or migrates the guard without this daemon: " + who
                    + ". The save is ended; a copy of a guard watches nothing");
        });
        return guards.isPresent();
    }

    /** Goes on to the next state; false if somebody else works on the pair: what is so then is seen again at the next turn. */
    private boolean take(LifeEvent event) {
        return take(event, policy);
    }

    private boolean take(LifeEvent event, LifePolicy by) {
        LifeStep step = state.next(event, by);
        boolean changes = !step.state().equals(state) || !step.effects().isEmpty();
        if (!changes || !claim.take()) {
            return !changes;
        }
        if (!step.state().phase().equals(state.phase())) {
            LOG.info(
                    "pair of {}: {} -> {} on {}",
                    name,
                    state.phase(),
                    step.state().phase(),
                    event);
        }
        if (event instanceof LifeEvent.TargetEnded) {
            clock.stopped(System.nanoTime());
        }
        if (step.state() instanceof Watched) {
            watchedAgain(System.nanoTime());
            graceEnds = Optional.empty();
        }
        state = step.state();
        undone.addAll(step.effects());
        carryOut();
        return true;
    }

    /** What a target has run unwatched, as its policy has let it, counts and is told. */
    private void watchedAgain(long now) {
        Duration unproven = clock.unproven(now);
        clock.stopped(now);
        clock.restart(now);
        if (state instanceof Regaining regaining && !regaining.holds()) {
            tell("the target has run unwatched for " + unproven.toSeconds() + " s; its guard watches again");
        }
    }

    /** Carries out what the steps so far want, in order; what fails is tried again at the next turn, and what follows it waits. */
    private void carryOut() {
        while (!undone.isEmpty()) {
            carryOut(undone.peek());
            undone.remove();
        }
        if (state instanceof Watched || state instanceof Over) {
            claim.giveBack();
        }
    }

    private void carryOut(LifeEffect effect) {
        if (effect instanceof LifeEffect.Alert told) {
            tell(told.text());
        } else if (effect instanceof LifeEffect.Hold) {
            hold();
        } else if (effect instanceof LifeEffect.EndSaves) {
            work.endSaves(Member.TARGET);
            work.stopLogDirty();
        } else if (effect instanceof LifeEffect.AskTarget ask) {
            askTarget(ask.again());
        } else if (effect instanceof LifeEffect.Attempt attempt) {
            pending.set(attempt);
        }
    }

    /** One that is gone stands still. */
    private void hold() {
        try {
            work.hold();
        } catch (HypervisorException e) {
            if (work.end(Member.TARGET)
                    .filter(end -> end == DomainEnd.DESTROYED)
                    .isEmpty()) {
                throw e;
            }
        }
        clock.stopped(System.nanoTime());
        alarm.over();
    }

    /** One that cannot be asked is not asked again: its time runs. */
    private void askTarget(boolean again) {
        graceEnds = Optional.of(System.nanoTime() + times.stop().toNanos());
        try {
            work.askTarget(again);
        } catch (HypervisorException e) {
            tell("the target cannot be asked to end, and is ended by force in "
                    + times.stop().toSeconds() + " s: " + e.getMessage());
        }
    }

    private void tell(String text) {
        alert = text;
        LOG.error("ALERT pair of {}: {}", name, text);
    }
}
