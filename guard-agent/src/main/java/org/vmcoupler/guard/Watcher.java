/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.logging.Logger;
import org.vmcoupler.introspect.PageKind;
import org.vmcoupler.introspect.TargetMemory;
import org.vmcoupler.introspect.TargetMemoryException;

/**
 * What is done between requests, in small turns: windows that are not mapped yet are mapped; the watched pages are mapped afresh each second and the
 * windows one after the other, so that every view has a bounded age; and a watched page that is not known or not right any more is searched for.
 * Runs under the monitor of its {@link GuardSession}, which a turn holds for as long as one window takes.
 */
final class Watcher {

    /** Time between two samples of the counter, 1 to 1,000 ms; property {@code vmcoupler.sampleMs}, for hosts whose CPUs are slow. */
    static final long SAMPLE_MS = Math.max(1, Math.min(1_000, Long.getLong("vmcoupler.sampleMs", 10)));

    private static final Logger LOG = Logger.getLogger(Watcher.class.getName());
    private static final long REFRESH_NANOS = 1_000_000_000L;
    private static final long SEARCH_LEAST_NANOS = 2_000_000_000L;
    private static final long HURRY_NANOS = 300_000_000_000L;

    /** Rest after each window mapped afresh, in multiples of the time that it took: scanning takes at most a hundredth of one CPU. */
    private static final long REST = 99;

    private final TargetMemory memory;
    private final WatchedPages watched;
    private final long scanNanos;
    private final boolean keepsViews;
    private long start;
    private long lastRefresh;
    private long nextScan;
    private int scanWindow;
    private boolean failing;

    /**
     * Watches.
     *
     * @param scan in this time every window is mapped afresh once; longer where that would take too much of the CPU
     * @param keepsViews lab only: no window is mapped afresh
     */
    Watcher(TargetMemory memory, WatchedPages watched, Duration scan, boolean keepsViews) {
        this.memory = memory;
        this.watched = watched;
        this.scanNanos = scan.toNanos();
        this.keepsViews = keepsViews;
    }

    /** How long a scan takes: property {@code vmcoupler.scanS}, 1 to 3,600 s. */
    static Duration scanTime() {
        return Duration.ofSeconds(Math.max(1, Math.min(3_600, Long.getLong("vmcoupler.scanS", 60))));
    }

    /** Begins anew, after the target was mapped. */
    void restart() {
        start = System.nanoTime();
        lastRefresh = start;
        nextScan = start + SEARCH_LEAST_NANOS;
        scanWindow = 0;
        failing = false;
    }

    /**
     * Takes a turn. A mapping that fails is logged once, and tried again at the next refresh: the counter reads -1 until then.
     *
     * @param withWindows whether the windows for checks are wanted too
     */
    void turn(boolean withWindows) {
        long now = System.nanoTime();
        try {
            if (now - lastRefresh > REFRESH_NANOS) {
                lastRefresh = now;
                refresh();
            }
            if (failing || !withWindows) {
                return;
            }
            if (memory.mappedWindows() < memory.windows()) {
                memory.mapNext();
            } else if (now - nextScan > 0) {
                scan();
            }
        } catch (TargetMemoryException e) {
            if (!failing) {
                LOG.warning(() -> "the target cannot be mapped afresh: " + e.getMessage());
            }
            failing = true;
        }
    }

    private void refresh() throws TargetMemoryException {
        long before = watched.counter();
        watched.map(memory.domid());
        failing = false;
        if (!watched.knows(PageKind.COUNTER)) {
            return;
        }
        if (!watched.still(PageKind.COUNTER)) {
            LOG.warning(() -> "frame " + watched.counterGfn() + " is the counter page no more, searching");
            watched.remember(PageKind.COUNTER, OptionalLong.empty());
            start = lastRefresh;
            scanWindow = 0;
            nextScan = lastRefresh;
        } else if (watched.counter() < before) {
            LOG.warning(() ->
                    "a fresh look shows an older counter than " + before + ": another frame is under the counter page");
        }
    }

    /**
     * Maps one window afresh: a target can put another frame under a gfn, and holes fill. A watched page that is not known is looked for on the way.
     * For some minutes that hurries, as a target that still starts will soon have both: a pass takes 2 s and grows. Many targets have no counter page
     * for ever, so after that it costs no more than any scan.
     */
    private void scan() throws TargetMemoryException {
        long begin = System.nanoTime();
        int window = scanWindow % memory.windows();
        boolean searching = !(watched.knows(PageKind.COUNTER) && watched.knows(PageKind.VMCOREINFO));
        scanWindow =
                (window + 1) % memory.windows(); // also after a failure: one window must not keep the others waiting
        nextScan = begin;
        if (!keepsViews) {
            memory.refresh(window);
        }
        if (searching) {
            search(window);
        }
        long now = System.nanoTime();
        boolean hurry = searching && now - start < HURRY_NANOS;
        long pass = hurry ? Math.min(scanNanos, Math.max(SEARCH_LEAST_NANOS, (now - start) / 4)) : scanNanos;
        nextScan = now + Math.max(pass / memory.windows(), hurry ? 0 : (now - begin) * REST);
    }

    private void search(int window) throws TargetMemoryException {
        boolean found = false;
        for (PageKind kind : PageKind.values()) {
            if (!watched.knows(kind)) {
                OptionalLong gfn = memory.find(window, kind);
                if (gfn.isPresent()) {
                    LOG.info(() -> kind + " found at frame " + gfn.getAsLong());
                    watched.remember(kind, gfn);
                    found = true;
                }
            }
        }
        if (found) {
            watched.map(memory.domid());
        }
    }
}
