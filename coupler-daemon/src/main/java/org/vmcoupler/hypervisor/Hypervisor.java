/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** One host's hypervisor. Every method blocks, may be called by any thread but an event loop, and throws {@link HypervisorException}. */
public interface Hypervisor extends AutoCloseable {

    /** Most frames that one {@link #readFrames} takes: what it returns stays at or below 1 MiB. */
    int READ_FRAMES_MAX = 256;

    /** Returns what the host can do and has left now. */
    HostInfo host();

    /** Returns all domains but dom0, zombies included. */
    List<DomainInfo> domains();

    /** Returns the domain with this number, or empty if there is none. */
    Optional<DomainInfo> domain(Domid domid);

    /** Returns the domain with this name, or empty if there is none. */
    Optional<DomainInfo> domain(String name);

    /** Returns the domain's configuration as the toolstack keeps it. */
    DomainConfig config(Domid domid);

    /** Returns the memory in KiB that a domain of this configuration needs to be created. */
    long neededMemoryKb(DomainConfig config);

    /** Makes the two ends of a stream. The caller owns both until it hands them on. */
    StreamEnds newStream();

    /** Closes an end of a stream that was not handed on. */
    void closeStream(int fd);

    /**
     * Saves a domain live to {@code libxlFd}, which is closed at the end. On return the domain is suspended and its stream is written.
     *
     * @throws HypervisorException the domain runs on, or is suspended and must be resumed: read {@link #domain(Domid)}, do not guess
     */
    void save(Domid domid, int libxlFd);

    /**
     * Creates a domain from {@code config} and the stream read from {@code libxlFd}, which is closed at the end. On return the domain is paused.
     *
     * @throws HypervisorException nothing is left of the domain, unless the process died
     */
    Domid restore(DomainConfig config, int libxlFd);

    /**
     * Creates a domain from {@code config}. On return it is paused and has executed nothing.
     *
     * @throws HypervisorException nothing is left of the domain, unless the process died
     */
    Domid create(DomainConfig config);

    /**
     * Puts a PV domain that maps nothing of others into a new domain of the same name, UUID, configuration and memory, which has had no target yet,
     * and destroys the old one. On return the new one is paused, and goes on as after a suspend when it is released. Blocks.
     *
     * @throws HypervisorException the old domain is as it was, or suspended, or neither of both is there any more; a new one, if there is one, is paused
     */
    Domid carryOver(Domid domid, Duration deadline);

    /**
     * Reads a configuration as {@code xl create} would take it.
     *
     * @throws HypervisorException the file is missing or wrong, or xl is not there; the message holds xl's own words
     */
    DomainConfig readXl(Path file);

    /**
     * Gives a domain's name and its place in xenstore free, for another domain of the same UUID: it is called by its name and {@code suffix} from now
     * on. Its memory and its state stay as they are.
     */
    void setAside(Domid domid, String suffix);

    /**
     * Asks the guest to power off, or to reboot, and returns at once; it may never do it.
     *
     * @throws HypervisorException it cannot be asked: its kernel does not listen to Xen
     */
    void askToEnd(Domid domid, boolean reboot);

    /** Returns how the domain has ended: destroyed too if no domain of this number and UUID is there. Empty if it lives, paused or not. */
    Optional<DomainEnd> end(Domid domid, UUID uuid);

    /** Lets a suspended domain go on here, as if its suspend had been cancelled. It keeps all pauses that it has. */
    void resume(Domid domid);

    /** Pauses the domain, by hypercall only. Pauses are not counted by us. */
    void pause(Domid domid);

    /** Unpauses until the domain is not paused any more. */
    void release(Domid domid);

    /** Destroys the domain with its devices and waits at most {@code deadline} until it is gone from the list. */
    void destroy(Domid domid, Duration deadline);

    /** Renames a domain; both names are checked. */
    void rename(Domid domid, String from, String to);

    /** Lets {@code guard} map the memory of {@code target}: once in a guard's life. */
    void setTarget(Domid guard, Domid target);

    /** Returns the number of frames of the domain's physical address space (highest populated gfn plus 1). */
    long frames(Domid domid);

    /**
     * Returns how many frames of a PVH or HVM domain Xen has promised to fill on first use and has no memory for: not 0 from the start of a domain
     * with less memory than it may have until its balloon has given the rest back. The domain is crashed when that many are touched, by whomever;
     * a foreign mapping is a touch. Source: Xen xen/arch/x86/mm/p2m-pod.c, p2m_pod_demand_populate ("out of PoD memory!").
     */
    long framesWithoutMemory(Domid domid);

    /** Returns the gfn of the domain's xenstore ring page (PVH and HVM only). */
    long storeFrame(Domid domid);

    /** Returns a copy of one frame's 4,096 bytes, or empty if nothing is there. */
    default Optional<byte[]> readFrame(Domid domid, long gfn) {
        return readFrames(domid, List.of(gfn)).get(0);
    }

    /**
     * Returns copies of several frames' 4,096 bytes each, in the order of {@code gfns}; an empty one is a hole. They are mapped together, which
     * costs little more than mapping one. Nothing stays mapped, whatever happens.
     *
     * @param gfns 0 to {@link #READ_FRAMES_MAX} frame numbers, none negative; a number beyond the domain's memory is a hole
     * @throws HypervisorException a frame failed for another reason than that nothing is there, or there is no such domain; no frame is returned
     * @throws IllegalArgumentException too many frames, or a negative one; nothing was mapped
     */
    List<Optional<byte[]>> readFrames(Domid domid, List<Long> gfns);

    /** Writes {@code bytes} at {@code offset} of a frame; all inside the frame. */
    void writeFrame(Domid domid, long gfn, int offset, byte[] bytes);

    /** Switches off log-dirty that a dead save helper left behind; does nothing if it is off. */
    void stopLogDirty(Domid domid);

    /**
     * Tells each time when the domain shuts down, suspends or is destroyed, about half a second later at most; one that has ended already, or is not
     * there, is told of too. A suspend that is resumed within that time may not be told.
     *
     * @param listener called on a thread of the hypervisor's own; must not block
     * @return ends the watch when closed; a call of the listener that is under way goes on
     */
    DeathWatch watchDeath(Domid domid, Consumer<DomainEnd> listener);

    /** Returns the xenstore of this host. */
    Xenstore xenstore();

    @Override
    void close();
}
