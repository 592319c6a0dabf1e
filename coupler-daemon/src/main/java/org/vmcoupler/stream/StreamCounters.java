/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

/**
 * Counts pages and rounds. One thread; a snapshot may go to any.
 *
 * <p>Rounds are not marked in the stream: frames ascend within a round, so a record whose first frame is not above the last frame of the record
 * before begins a new one. A round whose only frames lie above those of the round before is not seen as new. Source: Xen
 * tools/libs/guest/xg_sr_save.c, send_dirty_pages.
 */
public final class StreamCounters {
    private long pagesWithData;
    private long pageTables;
    private long allocateOnly;
    private long invalid;
    private long broken;
    private int rounds;
    private long pagesInRound;
    private long lastPfn = Long.MAX_VALUE;

    /** Counts {@code streamRecord}, whose buffers stay as they are. */
    public void count(StreamRecord streamRecord) {
        if (streamRecord instanceof StreamRecord.PageData page) {
            countPages(page);
        }
    }

    /** Returns what was counted so far. */
    public StreamCounts snapshot() {
        return new StreamCounts(pagesWithData, pageTables, allocateOnly, invalid, broken, rounds, pagesInRound);
    }

    private void countPages(StreamRecord.PageData page) {
        if (PageEntry.pfn(page.entry(0)) <= lastPfn) {
            rounds++;
            pagesInRound = 0;
        }
        lastPfn = PageEntry.pfn(page.entry(page.entryCount() - 1));
        for (int i = 0; i < page.entryCount(); i++) {
            long entry = page.entry(i);
            switch (PageEntry.type(entry)) {
                case PageEntry.XALLOC -> allocateOnly++;
                case PageEntry.XTAB -> invalid++;
                case PageEntry.BROKEN -> broken++;
                default -> {
                    pagesWithData++;
                    pagesInRound++;
                    pageTables += PageEntry.isPageTable(entry) ? 1 : 0;
                }
            }
        }
    }
}
