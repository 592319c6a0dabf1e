/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import java.util.OptionalLong;
import java.util.logging.Logger;
import org.vmcoupler.introspect.PageKind;
import org.vmcoupler.introspect.TargetMemory;
import org.vmcoupler.introspect.TargetMemoryException;

/**
 * What is done between requests, in small turns: windows that are not mapped yet are mapped, the watched pages are mapped afresh each second, and a
 * watched page that is not known or not right any more is searched for. Runs under the monitor of its {@link GuardSession}.
 */
final class Watcher {

    /** Time between two samples of the counter, 1 to 1,000 ms; property {@code vmcoupler.sampleMs}, for hosts whose CPUs are slow. */
    static final long SAMPLE_MS = Math.max(1, Math.min(1_000, Long.getLong("vmcoupler.sampleMs", 10)));

    private static final Logger LOG = Logger.getLogger(Watcher.class.getName());
    private static final long REFRESH_NANOS = 1_000_000_000L;
    private static final long SEARCH_PAUSE_LEAST_NANOS = 2_000_000_000L;
    private static final long SEARCH_PAUSE_MOST_NANOS = 60_000_000_000L;

    private final TargetMemory memory;
    private final WatchedPages watched;
    private long start;
    private long lastRefresh;
    private long nextSearch;
    private int searchWindow;
    private boolean failing;

    Watcher(TargetMemory memory, WatchedPages watched) {
        this.memory = memory;
        this.watched = watched;
    }

    /** Begins anew, after the target was mapped. */
    void restart() {
        start = System.nanoTime();
        lastRefresh = start;
        nextSearch = start + SEARCH_PAUSE_LEAST_NANOS;
        searchWindow = 0;
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
            } else if (now - nextSearch > 0
                    && !(watched.knows(PageKind.COUNTER) && watched.knows(PageKind.VMCOREINFO))) {
                search(now);
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
            nextSearch = lastRefresh;
        } else if (watched.counter() < before) {
            LOG.warning(() ->
                    "a fresh look shows an older counter than " + before + ": another frame is under the counter page");
        }
    }

    /** One window a turn, mapped afresh since frames may have come since; after the last a pause, longer the longer nothing is found. */
    private void search(long now) throws TargetMemoryException {
        memory.refresh(searchWindow);
        boolean found = false;
        for (PageKind kind : PageKind.values()) {
            if (!watched.knows(kind)) {
                OptionalLong gfn = memory.find(searchWindow, kind);
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
        searchWindow = (searchWindow + 1) % memory.windows();
        if (searchWindow == 0) {
            nextSearch = now + Math.max(SEARCH_PAUSE_LEAST_NANOS, Math.min(SEARCH_PAUSE_MOST_NANOS, (now - start) / 4));
        }
    }
}
