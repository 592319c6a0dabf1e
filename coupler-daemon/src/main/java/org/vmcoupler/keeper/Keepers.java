/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.life.LifeEvent;
import org.vmcoupler.migration.HostParts;
import org.vmcoupler.migration.PairHere;
import org.vmcoupler.savehelper.ForeignSaves;

/** The keepers of all pairs of this host: whatever pair is recorded has one, wherever it came from. Any thread. */
public final class Keepers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Keepers.class);

    /** What a look is late by must be little against the part of W that is kept for the pause. */
    private static final int ALARMS_PER_INTERVAL = 4;

    private final KeeperParts parts;
    private final PairBook book;
    private final KeeperTimes times;
    private final Claims claims;
    private final Map<UUID, Kept> kept = new ConcurrentHashMap<>();
    private final ScheduledExecutorService alarm = Executors.newSingleThreadScheduledExecutor(Keepers::alarmThread);
    private final Set<UUID> leaving = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private record Kept(Keeper keeper, Thread thread) {}

    /** Makes it; nothing is kept yet. */
    public Keepers(HostParts host, PairBook book, Plans plans, KeeperTimes times, Claims claims, DomainMaker maker) {
        this.parts = new KeeperParts(host, book, plans, times, new ForeignSaves(), maker);
        this.book = book;
        this.times = times;
        this.claims = claims;
    }

    /**
     * Looks for pairs without a keeper from now on, until it is closed.
     *
     * @param timer may be held up by whatever does not answer; that a target is paused in time does not depend on it
     */
    public void start(ScheduledExecutorService timer) {
        long ms = times.interval().toMillis();
        long often = Math.max(1, ms / ALARMS_PER_INTERVAL);
        var unusedPauses = alarm.scheduleWithFixedDelay(this::pauseOverdue, often, often, TimeUnit.MILLISECONDS);
        var unusedScans = timer.scheduleWithFixedDelay(this::scan, 0, ms, TimeUnit.MILLISECONDS);
        var unusedSaves = timer.scheduleWithFixedDelay(this::scanSaves, ms, ms, TimeUnit.MILLISECONDS);
        var unusedHolds = timer.scheduleWithFixedDelay(this::enforceHolds, ms, ms, TimeUnit.MILLISECONDS);
    }

    private static Thread alarmThread(Runnable task) {
        Thread thread = new Thread(task, "keepers-alarm");
        thread.setDaemon(true);
        return thread;
    }

    /** A keeper that makes a guard waits for long, and nobody else may let the target run meanwhile. */
    private void enforceHolds() {
        for (Kept one : alive()) {
            try {
                one.keeper().enforceHold();
            } catch (RuntimeException e) {
                LOG.error(
                        "{}: whether its target stands still cannot be seen",
                        one.thread().getName(),
                        e);
            }
        }
    }

    private void pauseOverdue() {
        List<Kept> paused = new ArrayList<>();
        for (Kept one : alive()) {
            try {
                if (one.keeper().pauseIfOverdue()) {
                    paused.add(one);
                }
            } catch (RuntimeException e) {
                LOG.error("{}: its target cannot be paused", one.thread().getName(), e);
            }
        }
        // all first: what is told is written to whoever reads the log, who may not
        paused.forEach(one -> one.keeper().tellOfPause());
    }

    /** One that was asked to stop is still answerable for its pair as long as it hangs in something. */
    private List<Kept> alive() {
        return closed
                ? List.of()
                : kept.values().stream().filter(one -> one.thread().isAlive()).toList();
    }

    private void scanSaves() {
        try {
            if (!kept.isEmpty()) {
                parts.saves().scan();
            }
        } catch (RuntimeException e) {
            LOG.error("whether others save domains cannot be seen, will be tried again", e);
        }
    }

    /** Gives every pair a keeper that has none. */
    synchronized void scan() {
        try {
            if (!closed) {
                kept.values().removeIf(k -> !k.thread().isAlive());
                List<PairHere> pairs = book.all();
                pairs.forEach(this::keep);
            }
        } catch (RuntimeException e) {
            LOG.error("the pairs cannot be read, will be tried again", e);
        }
    }

    private void keep(PairHere pair) {
        if (leaving.contains(pair.facts().targetUuid())) {
            return;
        }
        kept.compute(
                pair.facts().targetUuid(),
                (id, old) -> old != null && old.thread().isAlive() ? old : begin(pair));
    }

    private Kept begin(PairHere pair) {
        Keeper keeper = new Keeper(new PairWork(parts, pair), parts, claims);
        Thread thread = new Thread(keeper, "keeper-" + pair.facts().targetName());
        thread.setDaemon(true);
        thread.start();
        return new Kept(keeper, thread);
    }

    /** Returns what a pair's keeper sees; empty if it has none yet. */
    public Optional<KeptPair> view(UUID pair) {
        return Optional.ofNullable(kept.get(pair))
                .filter(k -> k.thread().isAlive())
                .map(k -> k.keeper().view());
    }

    /** Hands an operator's wish to a pair's keeper; does nothing if it has none. */
    public void ask(UUID pair, LifeEvent wish) {
        scan();
        Optional.ofNullable(kept.get(pair)).ifPresent(k -> k.keeper().ask(wish));
    }

    /**
     * Ends the keeping of one pair until {@link #goOn}, so that another may work on it. Blocks until its keeper does nothing more, or the deadline has
     * passed; tells whether it does nothing more.
     */
    public boolean letGo(UUID pair, Duration deadline) {
        leaving.add(pair);
        Kept one = kept.get(pair);
        if (one == null) {
            return true;
        }
        one.keeper().stop();
        try {
            one.thread().join(deadline.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !one.thread().isAlive();
    }

    /** Lets the pair be kept again, if it is recorded. */
    public void goOn(UUID pair) {
        leaving.remove(pair);
    }

    /** Tells whether no keeper does anything. */
    public boolean idle() {
        return kept.values().stream().noneMatch(k -> k.thread().isAlive());
    }

    /** Ends all keeping; domains stay as they are. Does not wait: see {@link #idle}. */
    @Override
    public synchronized void close() {
        closed = true;
        alarm.shutdownNow();
        kept.values().forEach(k -> k.keeper().stop());
    }
}
