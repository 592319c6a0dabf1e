/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.sim;

import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.vmcoupler.hypervisor.DomainEnd;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.DomainState;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Frame;

/** A domain with memory: RAM from frame 0 on, and a store page above it. Every byte of a RAM frame tells a part of its number. */
public final class SimDomain {

    private static final long STORE_ABOVE_RAM = 1000;

    private final TreeMap<Long, byte[]> memory = new TreeMap<>();
    private final Domid domid;
    private final UUID uuid;
    private final long ramFrames;
    private String name;
    private DomainState state = DomainState.ALIVE;
    private Optional<DomainEnd> end = Optional.empty();
    private volatile long framesWithoutMemory;
    private boolean paused;
    private long cpuTimeNs;
    private @Nullable Domid target;

    /** Makes a running domain. */
    public SimDomain(Domid domid, UUID uuid, String name, int ramFrames) {
        this.domid = domid;
        this.uuid = uuid;
        this.name = name;
        this.ramFrames = ramFrames;
        for (long gfn = 0; gfn < ramFrames; gfn++) {
            byte[] bytes = new byte[Frame.BYTES];
            Arrays.fill(bytes, (byte) (gfn * 31 + 7));
            memory.put(gfn, bytes);
        }
        memory.put(storeFrame(), new byte[Frame.BYTES]);
    }

    /** Returns its number. */
    public Domid domid() {
        return domid;
    }

    /** Returns the store page's frame number. */
    public long storeFrame() {
        return ramFrames + STORE_ABOVE_RAM;
    }

    /** Returns a copy of a frame, or empty at a hole. */
    public synchronized Optional<byte[]> read(long gfn) {
        return Optional.ofNullable(memory.get(gfn)).map(byte[]::clone);
    }

    /** Writes into a frame; tells whether there is one. */
    public synchronized boolean write(long gfn, int offset, byte[] bytes) {
        byte[] frame = memory.get(gfn);
        if (frame != null) {
            System.arraycopy(bytes, 0, frame, offset, bytes.length);
        }
        return frame != null;
    }

    /** Makes a hole, as ballooning does. */
    public synchronized void drop(long gfn) {
        memory.remove(gfn);
    }

    /** Says how many frames are there on demand only, with no memory to fill them. */
    public void framesWithoutMemory(long frames) {
        framesWithoutMemory = frames;
    }

    long framesWithoutMemory() {
        return framesWithoutMemory;
    }

    /** Returns the highest frame number plus 1. */
    synchronized long frames() {
        return memory.lastKey() + 1;
    }

    /** Returns what the host says of it. */
    public synchronized DomainInfo info() {
        return new DomainInfo(domid, uuid, name, state, paused, (memory.size() - 1L) * Frame.BYTES / 1024, cpuTimeNs);
    }

    /** Lets it suspend itself. */
    public synchronized void suspend() {
        end(DomainEnd.SUSPEND);
    }

    /** Lets it end by itself, or be destroyed while somebody maps it; its memory stays. */
    public synchronized void end(DomainEnd how) {
        state = switch (how) {
            case SUSPEND -> DomainState.SUSPENDED;
            case DESTROYED -> DomainState.DYING;
            default -> DomainState.SHUT_DOWN;
        };
        end = Optional.of(how);
    }

    /** Returns how it has ended. */
    public synchronized Optional<DomainEnd> end() {
        return end;
    }

    synchronized void resume() {
        state = DomainState.ALIVE;
        end = Optional.empty();
    }

    /** Says that it has run. */
    public synchronized void ran(long ns) {
        cpuTimeNs += ns;
    }

    /** Pauses or releases it. */
    public synchronized void paused(boolean now) {
        paused = now;
    }

    synchronized void rename(String to) {
        name = to;
    }

    /** Tells whether it executes instructions. */
    public synchronized boolean runs() {
        return state == DomainState.ALIVE && !paused;
    }

    /** Takes the target that it may map; tells whether it had none before. */
    synchronized boolean couple(Domid newTarget) {
        boolean free = target == null;
        target = free ? newTarget : target;
        return free;
    }
}
