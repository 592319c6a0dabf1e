/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import org.jspecify.annotations.Nullable;
import org.vmcoupler.hypervisor.Domid;

/**
 * The open handles on one host's tool stack, and the checks of what its calls return. Thread-safe; to be closed only when no call is under way.
 *
 * <p>If libxl's own event machinery breaks it ends the process, as no disaster hook is set: a callback from there would be a JVM entry at a bad
 * time, and the recovery after a crash has to work anyway. Source: Xen tools/include/libxl_event.h, disaster.
 */
final class Toolstack implements AutoCloseable {

    /** Over-allocated; {@code chldowner} is at offset 0. Source: libxl_event.h, libxl_childproc_hooks; checked by AbiTest. */
    private static final int HOOKS_BYTES = 64;

    final Libraries libraries;
    final Libxl xl;
    final XenCtrl ctrl;
    final Libxl.Ctx ctx;
    final XenCtrl.Interface xch;
    final ForeignFrames frames;
    private final LogPipe log;

    /** Not copied by libxl, so this field keeps it allocated as long as the context. */
    private final Memory hooks = new Memory(HOOKS_BYTES);

    Toolstack(Libraries libraries) {
        this.libraries = libraries;
        this.xl = libraries.xl();
        this.ctrl = libraries.ctrl();
        this.log = LogPipe.open(libraries.log());
        PointerByReference made = new PointerByReference();
        int rc = xl.libxl_ctx_alloc(made, Libxl.LIBXL_VERSION, 0, log.logger());
        if (rc != 0) {
            throw unusable("libxl_ctx_alloc: " + LibxlException.name(rc));
        }
        this.ctx = new Libxl.Ctx(made.getValue());
        // before any call that forks: in its default mode libxl would reap the JVM's children
        hooks.clear();
        hooks.setInt(0, Libxl.libxl_sigchld_owner_libxl_always_selective_reap);
        xl.libxl_childproc_setmode(ctx, hooks, null);
        XenCtrl.Interface opened = ctrl.xc_interface_open(log.logger(), log.logger(), 0);
        if (opened == null) {
            throw unusable("xc_interface_open: errno " + Native.getLastError());
        }
        this.xch = opened;
        this.frames = new ForeignFrames(libraries.foreignMemory(), log.logger());
    }

    private static LibxlMissingException unusable(String reason) {
        return new LibxlMissingException(
                "cannot talk to Xen: is this dom0, does xenstored run, and is the user root? (" + reason + ")");
    }

    /** Returns a new struct of libxl's type {@code name}; the caller closes it. */
    LibxlStruct struct(String name) {
        return new LibxlStruct(libraries.xlSymbols(), name);
    }

    /** Throws if {@code rc}, of a libxl call, is an error. */
    static void check(String operation, int rc, @Nullable Domid domid) {
        if (rc != 0) {
            throw LibxlException.ofRc(operation, rc, domid);
        }
    }

    /** Throws if {@code result}, of a libxenctrl call that was the thread's last native call, is an error. */
    static void checkErrno(String operation, int result, Domid domid) {
        int errno = Native.getLastError();
        if (result != 0) {
            throw LibxlException.ofErrno(operation, errno, domid, Libraries.C.strerror(errno));
        }
    }

    /** Returns the text that libxl allocated, or an empty one for null; frees it. */
    static String take(@Nullable Pointer text) {
        if (text == null) {
            return "";
        }
        try {
            return text.getString(0, "UTF-8");
        } finally {
            Libraries.C.free(text);
        }
    }

    @Override
    public void close() {
        frames.close();
        ctrl.xc_interface_close(xch);
        xl.libxl_ctx_free(ctx);
        log.close();
    }
}
