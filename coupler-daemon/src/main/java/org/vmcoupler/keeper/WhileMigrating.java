/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.hypervisor.DomainEnd;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.life.LifePolicy;
import org.vmcoupler.life.OnGuardLoss;

/** What a keeper does while a migration has its pair: as long as the target runs, it does not run unwatched. One thread, but for what says otherwise. */
final class WhileMigrating {

    private final PairWork work;
    private final PairBook book;
    private final Looker looker;
    private final Alarm alarm;
    private final Supplier<List<String>> doneByOthers;
    private final Consumer<String> alerts;
    private final UUID id;
    private volatile boolean paused;
    private boolean away;
    private boolean alone;
    private boolean givenUp;

    /**
     * Makes it; what an operator should know goes to {@code alerts}.
     *
     * @param doneByOthers asks the domains what others have done to them
     */
    WhileMigrating(
            PairWork work, PairBook book, Looker looker, Supplier<List<String>> doneByOthers, Consumer<String> alerts) {
        this.work = work;
        this.book = book;
        this.looker = looker;
        this.alarm = looker.alarm();
        this.doneByOthers = doneByOthers;
        this.alerts = alerts;
        this.id = work.pair().facts().targetUuid();
    }

    /** Tells whether it has held the target, and nobody has released it since as far as is known here. Any thread. */
    boolean holds() {
        return paused;
    }

    /** Tells whether the target runs with {@code hands}, as far as is known here. Any thread. */
    boolean targetRuns(Hands hands) {
        return hands == Hands.KEEPER || (hands.targetRuns() && !paused);
    }

    /** Tells whether a migration had the pair alone since this was asked last: so what it has left of it is not known. */
    boolean isOver() {
        boolean was = away;
        away = false;
        alone = false;
        paused = false;
        givenUp = false;
        return was;
    }

    /** Takes in that a migration has the pair already: what it, or an earlier daemon, has done with the target is not known. */
    void begins() {
        away = true;
    }

    /** Does one turn. */
    void lookAt(Hands hands, LifePolicy policy) {
        boolean stands = !hands.targetRuns() || (hands == Hands.STOP && paused && !seeWhetherItRuns());
        if (stands) {
            leaveAlone();
            return;
        }
        alone = false;
        if (hands == Hands.STOP) {
            lookIfItRuns(policy);
        } else if (!(away && seeWhetherItRuns()) && !givenUp) {
            lookDuringPreCopy(hands, policy);
        }
    }

    /**
     * Takes in that the target runs, if it does, after a migration had it, which has had a look proven before it released it. One that is held does
     * not, whoever has unpaused it, nor one that an alarm has paused while it was asked.
     */
    boolean seeWhetherItRuns() {
        long before = alarm.times();
        boolean runs = work.targetRuns() && !work.holds() && alarm.overUnlessSince(before, this::beginAnew);
        if (runs) {
            isOver();
            work.forgetHold();
        }
        return runs;
    }

    /** What it may have run without a look until now counts; the migration's own look, which nobody tells of, comes before that. */
    private void beginAnew() {
        long now = System.nanoTime();
        if (!alone) {
            looker.clock().stopped(now);
        }
        looker.clock().restart(now);
    }

    /** The interval that lasts now ends with the stop, if there was one; when exactly is not known here. */
    private void leaveAlone() {
        long now = System.nanoTime();
        if (!alone) {
            looker.clock().stopped(now);
        }
        alone = true;
        away = true;
        work.forgetPause();
        looker.clock().restart(now);
        alarm.over();
    }

    /** What ends without a look is the migration's business; that the target does not run too long meanwhile is the alarm's. */
    private void lookIfItRuns(LifePolicy policy) {
        away = true;
        boolean overdue = alarm.isOn();
        if (overdue && !givenUp) {
            giveUp("no look could be taken in time");
        } else if (overdue) {
            seeWhetherItRuns();
        } else if (looker.isDue(policy) && !work.targetIsHere()) {
            leaveAlone();
        } else if (looker.isDue(policy)) {
            looker.look(policy, () -> true);
        }
    }

    private void giveUp(String reason) {
        givenUp = true;
        book.guardLostBeforeStop(id, reason);
    }

    private void lookDuringPreCopy(Hands hands, LifePolicy policy) {
        Optional<String> disturbed = work.disturbed();
        if (disturbed.isPresent()) {
            alerts.accept("the migration is given up: " + disturbed.get());
            book.disturbed(id, disturbed.get());
            return;
        }
        List<String> meddled = doneByOthers.get();
        if (book.hands(id).canBeGivenUp()) {
            meddled.forEach(alerts);
        }
        late(hands, policy).filter(reason -> book.hands(id).canBeGivenUp()).ifPresent(reason -> lost(reason, policy));
    }

    private Optional<String> late(Hands hands, LifePolicy policy) {
        if (work.end(Member.GUARD).filter(end -> end == DomainEnd.DESTROYED).isPresent()) {
            return Optional.of("Somebody has destroyed the guard.");
        }
        if (alarm.isOn()) {
            return Optional.of("no look could be taken in time");
        }
        return hands == Hands.PARKED && !looker.isDue(policy)
                ? Optional.empty()
                : looker.look(policy, () -> !book.hands(id).canBeGivenUp());
    }

    /** The migration decides what becomes of the pair, which may take longer than the policy allows. */
    private void lost(String reason, LifePolicy policy) {
        if (policy.onGuardLoss() == OnGuardLoss.PAUSE) {
            work.holdAtOnce();
            looker.clock().stopped(System.nanoTime());
            away = true;
            paused = true;
        }
        String why = disturbedOr(reason);
        alerts.accept("the guard is lost before the target has stopped: " + why);
        giveUp(why);
    }

    /** A guard that somebody saves is suspended by that, and answers no look. What cannot be asked must not keep the migration from ending. */
    private String disturbedOr(String reason) {
        try {
            return work.disturbed().orElse(reason);
        } catch (HypervisorException e) {
            return reason;
        }
    }
}
