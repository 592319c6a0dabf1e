/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.util.Optional;
import java.util.function.Consumer;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Frame;
import org.vmcoupler.hypervisor.HypervisorException;

/**
 * Single frames of other domains, mapped for one access each: a mapping is a snapshot of gfn to frame, so a kept one could show a frame that the
 * domain has swapped away. Thread-safe.
 */
final class ForeignFrames implements AutoCloseable {

    private static final int EINVAL = 22;
    private static final int ENOENT = 2;

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

    /** Returns a copy of a frame, or empty if it is a hole. */
    Optional<byte[]> read(Domid domid, long gfn) {
        byte[] bytes = new byte[Frame.BYTES];
        return map(domid, gfn, LibC.PROT_READ, page -> page.read(0, bytes, 0, bytes.length))
                ? Optional.of(bytes)
                : Optional.empty();
    }

    /** Writes into a frame; a hole is an error. */
    void write(Domid domid, long gfn, int offset, byte[] bytes) {
        if (offset < 0 || bytes.length > Frame.BYTES - offset) {
            throw new IllegalArgumentException(bytes.length + " bytes at " + offset + " are not inside a frame");
        }
        int prot = LibC.PROT_READ | LibC.PROT_WRITE;
        if (!map(domid, gfn, prot, page -> page.write(offset, bytes, 0, bytes.length))) {
            throw new HypervisorException("domain " + domid + " has nothing at gfn " + gfn);
        }
    }

    private boolean map(Domid domid, long gfn, int prot, Consumer<Pointer> access) {
        int[] err = new int[1];
        Pointer page = library.xenforeignmemory_map(handle, domid.value(), prot, 1, new long[] {gfn}, err);
        int errno = page == null ? Native.getLastError() : -err[0];
        if (page == null) {
            throw failure(domid, errno);
        }
        try {
            // Source: Linux drivers/xen/privcmd.c: -EINVAL for a gfn that is not populated, -ENOENT for one paged out
            if (errno == EINVAL || errno == ENOENT) {
                return false;
            }
            if (errno != 0) {
                throw failure(domid, errno);
            }
            access.accept(page);
            return true;
        } finally {
            library.xenforeignmemory_unmap(handle, page, 1);
        }
    }

    private static LibxlException failure(Domid domid, int errno) {
        return LibxlException.ofErrno("xenforeignmemory_map", errno, domid, Libraries.C.strerror(errno));
    }

    @Override
    public void close() {
        library.xenforeignmemory_close(handle);
    }
}
