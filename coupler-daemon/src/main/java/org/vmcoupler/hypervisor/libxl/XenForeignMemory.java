/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.PointerType;
import org.jspecify.annotations.Nullable;

/** Mirror of {@code xenforeignmemory.h}. */
interface XenForeignMemory extends Library {

    /** A {@code xenforeignmemory_handle *}. */
    final class Handle extends PointerType {}

    @Nullable
    Handle xenforeignmemory_open(XenToolLog.Logger logger, int flags);

    int xenforeignmemory_close(Handle handle);

    /** Maps {@code pages} frames; {@code err} gets 0 or a negative errno for each. Null, with errno, if nothing could be mapped. */
    @Nullable
    @SuppressWarnings("checkstyle:ParameterNumber") // Xen's, not ours
    Pointer xenforeignmemory_map(Handle handle, int domid, int prot, long pages, long[] gfns, int[] err);

    int xenforeignmemory_unmap(Handle handle, Pointer address, long pages);
}
