/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Frame;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.hypervisor.HypervisorException;

/**
 * Frames of other domains, mapped for one access each: a mapping is a snapshot of gfn to frame, so a kept one could show a frame that the domain
 * has swapped away. Thread-safe.
 */
final class ForeignFrames implements AutoCloseable {

    private static final int EINVAL = 22;
    private static final int ENOENT = 2;
    private static final Optional<byte[]> HOLE = Optional.empty();

    private final XenForeignMemory library;
    private final XenForeignMemory.Handle handle;

    ForeignFrames(XenForeignMemory library, XenToolLog.Logger logger) {
        this.library = library;
        XenForeignMemory.Handle opened = library.xenforeignmemory_open(logger, 0);
        if (opened == null) {
            throw new LibxlMissingException(
                    "cannot map foreign memory: is this dom0, and is the module xen-privcmd loaded?");
        }
        this.handle = opened;
    }

    /** Returns a copy of each frame, empty for a hole, through one mapping of all. */
    List<Optional<byte[]>> read(Domid domid, List<Long> gfns) {
        if (gfns.isEmpty()) {
            return List.of();
        }
        return map(domid, gfns, LibC.PROT_READ, (pages, present) -> {
            List<Optional<byte[]>> copies = new ArrayList<>(gfns.size());
            for (int i = 0; i < gfns.size(); i++) {
                // an unfilled entry of the mapping must not be touched: SIGBUS would end the daemon
                copies.add(present[i] ? Optional.of(pages.getByteArray((long) i * Frame.BYTES, Frame.BYTES)) : HOLE);
            }
            return copies;
        });
    }

    /** Writes into a frame; a hole is an error. */
    void write(Domid domid, long gfn, int offset, byte[] bytes) {
        if (offset < 0 || bytes.length > Frame.BYTES - offset) {
            throw new IllegalArgumentException(bytes.length + " bytes at " + offset + " are not inside a frame");
        }
        int prot = LibC.PROT_READ | LibC.PROT_WRITE;
        boolean written = map(domid, List.of(gfn), prot, (page, present) -> {
            if (present[0]) {
                page.write(offset, bytes, 0, bytes.length);
            }
            return present[0];
        });
        if (!written) {
            throw new HypervisorException("domain " + domid + " has nothing at gfn " + gfn);
        }
    }

    private <T> T map(Domid domid, List<Long> gfns, int prot, BiFunction<Pointer, boolean[], T> access) {
        if (gfns.size() > Hypervisor.READ_FRAMES_MAX || gfns.stream().anyMatch(gfn -> gfn < 0)) {
            throw new IllegalArgumentException(
                    gfns.size() + " frames, at most " + Hypervisor.READ_FRAMES_MAX + ", none negative");
        }
        long[] numbers = gfns.stream().mapToLong(Long::longValue).toArray();
        int[] errors = new int[numbers.length];
        Pointer pages = library.xenforeignmemory_map(handle, domid.value(), prot, numbers.length, numbers, errors);
        if (pages == null) {
            throw failure(domid, Native.getLastError());
        }
        try {
            return access.apply(pages, present(domid, errors));
        } finally {
            library.xenforeignmemory_unmap(handle, pages, numbers.length);
        }
    }

    /** Tells holes from failures. Source: Linux drivers/xen/privcmd.c: -EINVAL for a gfn that is not populated, -ENOENT for one paged out. */
    private static boolean[] present(Domid domid, int[] errors) {
        boolean[] present = new boolean[errors.length];
        for (int i = 0; i < errors.length; i++) {
            int errno = -errors[i];
            if (errno != 0 && errno != EINVAL && errno != ENOENT) {
                throw failure(domid, errno);
            }
            present[i] = errno == 0;
        }
        return present;
    }

    private static LibxlException failure(Domid domid, int errno) {
        return LibxlException.ofErrno("xenforeignmemory_map", errno, domid, Libraries.C.strerror(errno));
    }

    @Override
    public void close() {
        library.xenforeignmemory_close(handle);
    }
}
