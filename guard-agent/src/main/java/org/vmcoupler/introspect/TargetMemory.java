/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.introspect;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * The whole physical memory of the target in windows of 16 MiB, each at an address that it keeps for the life of the process. Windows are
 * mapped one at a time, so that nothing has to wait for all of them; checks read under a {@link Lease}, which is given once all are mapped.
 */
public final class TargetMemory {

    /** Frames of one window. */
    public static final int WINDOW_PAGES = 4096;

    private static final long WINDOW_BYTES = (long) WINDOW_PAGES * FrameWindow.PAGE_BYTES;

    private final long[] gfns = new long[WINDOW_PAGES];
    private volatile FrameWindow[] windows = {};
    private long[] mappedAtNanos = {};
    private long pages;
    private int domid = -1;
    private int generation;
    private int mapped;

    /**
     * Names the domain that is shown from now on; nothing of it is mapped yet, and leases wait. Windows that exist keep their addresses. The
     * windows must be unmapped.
     *
     * @param domid the target, 1 to 32,751
     * @param pages size of its memory in frames
     */
    public synchronized void attach(int domid, long pages) {
        if (mapped != 0) {
            throw new IllegalStateException("windows of domain " + this.domid + " are still mapped");
        }
        reserve(pages);
        this.domid = domid;
        this.pages = pages;
        generation++;
    }

    /**
     * Takes in that the target has grown; one that has shrunk keeps its windows, whose frames become holes. Leases go on, and new ones wait until
     * what was added is mapped.
     *
     * @param newPages size of its memory in frames
     */
    public synchronized void grow(long newPages) {
        if (newPages > pages) {
            reserve(newPages);
            mapped = (int) Math.min(mapped, pages / WINDOW_PAGES); // the last window may be mapped in part
            pages = newPages;
        }
    }

    private void reserve(long wantedPages) {
        int wanted = Math.toIntExact((wantedPages + WINDOW_PAGES - 1) / WINDOW_PAGES);
        FrameWindow[] chosen = Arrays.copyOf(windows, Math.max(windows.length, wanted));
        for (int i = windows.length; i < chosen.length; i++) {
            chosen[i] = new FrameWindow(WINDOW_PAGES);
        }
        mappedAtNanos = Arrays.copyOf(mappedAtNanos, chosen.length);
        windows = chosen;
    }

    /** The domain named last, -1 for none. */
    public synchronized int domid() {
        return domid;
    }

    /** Size of the target in frames, as named last. */
    public synchronized long pages() {
        return pages;
    }

    /** Number of windows that the target needs. */
    public synchronized int windows() {
        return (int) ((pages + WINDOW_PAGES - 1) / WINDOW_PAGES);
    }

    /** Number of windows mapped. */
    public synchronized int mappedWindows() {
        return mapped;
    }

    /**
     * Maps the next window and tells whether more are to be mapped; after the last, leases are given.
     *
     * @throws MappingException that window is unmapped, others stay
     * @throws LeaseTimeoutException a reader holds the window; nothing changed
     */
    public synchronized boolean mapNext() throws MappingException, LeaseTimeoutException {
        if (mapped < windows()) {
            map(mapped);
            mapped++;
            notifyAll();
        }
        return mapped < windows();
    }

    /**
     * Maps window {@code index} afresh, at the same address and generation: a view is a snapshot of which frames were there when it was mapped.
     *
     * @throws LeaseOverException the window is not mapped, as the pair moves; nothing changed
     * @throws MappingException that window is unmapped until it is mapped afresh, others stay
     * @throws LeaseTimeoutException a reader holds the window; nothing changed
     */
    public synchronized void refresh(int index) throws MappingException, LeaseTimeoutException, LeaseOverException {
        if (index >= mapped) {
            throw new LeaseOverException("window " + index + " is not mapped");
        }
        map(index);
    }

    /** How long ago that window was mapped whose view is oldest, in nanoseconds; -1 if not all are mapped. */
    public synchronized long oldestViewNanos() {
        if (mapped == 0 || mapped < windows()) {
            return -1;
        }
        long now = System.nanoTime();
        return Arrays.stream(mappedAtNanos, 0, mapped)
                .map(mappedAt -> now - mappedAt)
                .max()
                .orElse(-1);
    }

    private void map(int index) throws MappingException, LeaseTimeoutException {
        long start = System.nanoTime();
        long first = (long) index * WINDOW_PAGES;
        int count = (int) Math.min(WINDOW_PAGES, pages - first);
        for (int i = 0; i < count; i++) {
            gfns[i] = first + i;
        }
        windows[index].map(domid, gfns, count, generation);
        mappedAtNanos[index] = start;
    }

    /** Looks in one mapped window for a page of that kind and returns its gfn. Empty also when the window was unmapped meanwhile. */
    public OptionalLong find(int index, PageKind kind) {
        try {
            FrameWindow window = windows[index];
            int frame = window.find(window.generation(), kind, 0);
            return frame < 0 ? OptionalLong.empty() : OptionalLong.of((long) index * WINDOW_PAGES + frame);
        } catch (LeaseOverException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * Ends all leases and unmaps all windows; their addresses stay reserved.
     *
     * @param timeoutMs longest wait for readers in all, milliseconds
     * @throws LeaseTimeoutException a reader holds on; some windows may be unmapped: call again, or {@link #mapNext} until all are mapped
     */
    public synchronized void unmapAll(int timeoutMs) throws LeaseTimeoutException {
        long end = System.nanoTime() + timeoutMs * 1_000_000L;
        mapped = 0;
        generation++;
        for (FrameWindow window : windows) {
            window.unmap((int) Math.max(0, (end - System.nanoTime()) / 1_000_000));
        }
    }

    /** Frames mapped, without holes. */
    public long mappedPages() {
        return Arrays.stream(windows).mapToLong(FrameWindow::mappedPages).sum();
    }

    /** Frames asked for that are not there. */
    public long holes() {
        return Arrays.stream(windows).mapToLong(FrameWindow::holes).sum();
    }

    /** First address of window {@code index}, for logs and tests. */
    public long address(int index) {
        return windows[index].address();
    }

    /** Gives a lease, waiting until all windows are mapped. A check that asks while the pair moves is parked here. */
    public synchronized Lease lease() throws InterruptedException {
        while (mapped == 0 || mapped < windows()) {
            wait();
        }
        return new Lease(this, generation);
    }

    int read(int expected, long address, byte[] into, int offset) throws HoleException, LeaseOverException {
        long index = address / WINDOW_BYTES;
        FrameWindow[] all = windows;
        if (address < 0 || index >= all.length) {
            throw new IndexOutOfBoundsException("address " + address);
        }
        return all[(int) index].read(expected, address % WINDOW_BYTES, into, offset);
    }
}
