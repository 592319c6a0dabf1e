/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.introspect;

/**
 * The right to read the target's memory for a short time. When it is over, or the windows were unmapped, a read throws and has read nothing:
 * a check takes a new lease and goes on or begins again. One thread.
 */
public final class Lease {

    /** Longest life of a lease: the unmapping before a move waits for no check. */
    public static final long LONGEST_NANOS = 5_000_000;

    private final TargetMemory memory;
    private final int generation;
    private final long end;

    Lease(TargetMemory memory, int generation) {
        this.memory = memory;
        this.generation = generation;
        this.end = System.nanoTime() + LONGEST_NANOS;
    }

    /**
     * Fills {@code into} from the target's physical address on, page by page.
     *
     * @param address physical address in bytes, 0 to the target's size
     * @throws HoleException a frame is not there; {@code into} may be filled up to it
     * @throws LeaseOverException the lease is over; {@code into} may be filled in part
     * @throws IndexOutOfBoundsException behind the target's end
     */
    public void read(long address, byte[] into) throws HoleException, LeaseOverException {
        int done = 0;
        while (done < into.length) {
            if (System.nanoTime() - end > 0) {
                throw new LeaseOverException("the lease took longer than 5 ms");
            }
            done += memory.read(generation, address + done, into, done);
        }
    }
}
