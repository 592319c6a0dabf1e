/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.introspect;

/**
 * Some frames of a domain, side by side at an address that never changes. Mapping again takes the frames afresh: a mapping is a snapshot of
 * which frame a gfn had, and a target can put another frame under a gfn. Any thread; nothing here blocks longer than a page is copied, or
 * as stated.
 *
 * <p>Source: Xen xen/arch/x86/mm.c, mod_l1_entry (the gfn is translated at mapping time).
 */
public final class FrameWindow implements AutoCloseable {

    /** Bytes of a frame. */
    public static final int PAGE_BYTES = 4096;

    private final long handle;
    private final int capacity;
    private volatile int generation;
    private volatile int count;
    private volatile int holes;

    /**
     * Reserves address space.
     *
     * @param capacity most frames to be mapped at once, 1 to 65,536
     * @throws OutOfMemoryError no address space left
     */
    public FrameWindow(int capacity) {
        this.handle = ForeignMemory.reserve(capacity);
        this.capacity = capacity;
    }

    /**
     * Opens the way to foreign memory, once for the process.
     *
     * @param library file name of libxenforeignmemory, for the dynamic loader
     * @throws MappingException not there, or privcmd cannot be opened; may be tried again
     */
    public static void openDevice(String library) throws MappingException {
        ForeignMemory.open(library);
    }

    /**
     * Shows {@code gfns[0..wanted)} of the domain in place of what was shown; waits for readers at most 500 ms.
     *
     * @param newGeneration what reads have to name from now on, not 0
     * @throws MappingException nothing is mapped now
     * @throws LeaseTimeoutException a reader holds on; nothing changed
     */
    public void map(int domid, long[] gfns, int wanted, int newGeneration)
            throws MappingException, LeaseTimeoutException {
        if (wanted > capacity || wanted > gfns.length) {
            throw new IllegalArgumentException(wanted + " frames for " + capacity);
        }
        try {
            holes = ForeignMemory.map(handle, domid, gfns, wanted, newGeneration);
            count = wanted;
            generation = newGeneration;
        } catch (MappingException e) {
            forget();
            throw e;
        }
    }

    /**
     * Unmaps; the address stays reserved. Unmapping twice is no error.
     *
     * @param timeoutMs longest wait for readers, milliseconds
     * @throws LeaseTimeoutException a reader holds on; nothing changed
     */
    public void unmap(int timeoutMs) throws LeaseTimeoutException {
        ForeignMemory.unmap(handle, timeoutMs);
        forget();
    }

    private void forget() {
        count = 0;
        holes = 0;
        generation = 0;
    }

    /** The generation of what is mapped now, 0 when nothing is. */
    public int generation() {
        return generation;
    }

    /** Number of frames mapped, without holes. */
    public int mappedPages() {
        return count - holes;
    }

    /** Number of frames asked for that are not there. */
    public int holes() {
        return holes;
    }

    /** First address, for logs and tests. */
    public long address() {
        return ForeignMemory.address(handle);
    }

    /**
     * Copies from byte {@code at} of the window to the end of its page or of {@code into}, whichever comes first; returns the number of bytes.
     *
     * @param expected the generation meant
     * @param offset where in {@code into} to begin
     * @throws HoleException the frame is not there
     * @throws LeaseOverException what was meant is not mapped any more
     * @throws IndexOutOfBoundsException behind the last frame
     */
    public int read(int expected, long at, byte[] into, int offset) throws HoleException, LeaseOverException {
        return ForeignMemory.read(handle, expected, at, into, offset);
    }

    /** Returns the 64-bit little-endian word at byte {@code at}, a multiple of 8; otherwise as {@link #read}. Makes no garbage. */
    public long word(int expected, long at) throws HoleException, LeaseOverException {
        return ForeignMemory.readWord(handle, expected, at);
    }

    /** Returns the index of the first frame of that kind at or after {@code from}, or -1. */
    public int find(int expected, PageKind kind, int from) throws LeaseOverException {
        return ForeignMemory.scan(handle, expected, kind.code, from);
    }

    /** Gives the address space back. The caller makes sure that no other thread uses the window any more. */
    @Override
    public void close() {
        ForeignMemory.release(handle);
    }
}
