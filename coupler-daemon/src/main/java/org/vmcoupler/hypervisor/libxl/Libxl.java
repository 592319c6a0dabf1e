/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.PointerType;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import org.jspecify.annotations.Nullable;

/**
 * Mirror of {@code libxl.h}, {@code libxl_event.h} and {@code libxl_utils.h} in the newest form of each call: the compatibility wrappers are
 * inlines, no symbols. Calls return 0 or a negative {@code libxl_error}; {@code how} null means that the call returns when the operation ended.
 */
interface Libxl extends Library {

    int LIBXL_VERSION = 0;
    int LIBXL_SUSPEND_LIVE = 2;
    int INVALID_DOMID = -1;

    /** {@code enum libxl_sigchld_owner} of libxl_event.h. */
    int libxl_sigchld_owner_libxl_always_selective_reap = 3;

    /** A {@code libxl_ctx *}. */
    final class Ctx extends PointerType {

        /** For JNA. */
        public Ctx() {}

        Ctx(Pointer pointer) {
            super(pointer);
        }
    }

    int libxl_ctx_alloc(PointerByReference ctx, int version, int flags, XenToolLog.Logger logger);

    int libxl_ctx_free(Ctx ctx);

    /** {@code hooks} is not copied: it must stay allocated as long as the context. */
    void libxl_childproc_setmode(Ctx ctx, Pointer hooks, @Nullable Pointer user);

    /** Returns a {@code const libxl_version_info *} that belongs to the context. */
    @Nullable
    Pointer libxl_get_version_info(Ctx ctx);

    int libxl_get_physinfo(Ctx ctx, Pointer physinfo);

    int libxl_get_free_memory(Ctx ctx, LongByReference kb);

    int libxl_domain_need_memory(Ctx ctx, Pointer config, int domidForLogging, LongByReference kb);

    @Nullable
    Pointer libxl_list_domain(Ctx ctx, IntByReference count);

    void libxl_dominfo_list_free(Pointer list, int count);

    int libxl_domain_info(Ctx ctx, Pointer dominfo, int domid);

    /** Returns a string to be freed, or null if the domain has no name. */
    @Nullable
    Pointer libxl_domid_to_name(Ctx ctx, int domid);

    int libxl_retrieve_domain_configuration(Ctx ctx, int domid, Pointer config, @Nullable Pointer how);

    int libxl_domain_suspend(Ctx ctx, int domid, int fd, int flags, @Nullable Pointer how);

    @SuppressWarnings("checkstyle:ParameterNumber") // libxl's, not ours
    int libxl_domain_create_restore(
            Ctx ctx,
            Pointer config,
            IntByReference domid,
            int restoreFd,
            int sendBackFd,
            Pointer params,
            @Nullable Pointer how,
            @Nullable Pointer progress);

    int libxl_domain_create_new(
            Ctx ctx, Pointer config, IntByReference domid, @Nullable Pointer how, @Nullable Pointer progress);

    /** The new UUID is a struct of 16 bytes by value: its first and its last eight. */
    @SuppressWarnings("checkstyle:ParameterNumber") // libxl's, not ours
    int libxl_domain_preserve(Ctx ctx, int domid, Pointer createInfo, String suffix, long uuidFirst, long uuidLast);

    int libxl_domain_resume(Ctx ctx, int domid, int suspendCancel, @Nullable Pointer how);

    int libxl_domain_unpause(Ctx ctx, int domid, @Nullable Pointer how);

    int libxl_domain_destroy(Ctx ctx, int domid, @Nullable Pointer how);

    int libxl_domain_rename(Ctx ctx, int domid, String from, String to);
}
