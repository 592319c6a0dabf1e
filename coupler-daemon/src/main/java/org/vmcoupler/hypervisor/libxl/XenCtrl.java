/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.PointerType;
import com.sun.jna.ptr.LongByReference;
import org.jspecify.annotations.Nullable;

/** Mirror of {@code xenctrl.h}. Calls return 0, or -1 with errno set. */
interface XenCtrl extends Library {

    /** Source: xen/include/public/domctl.h. */
    int XEN_DOMCTL_SHADOW_OP_OFF = 0;

    /** Source: xen/include/public/hvm/params.h. */
    int HVM_PARAM_CALLBACK_IRQ = 0;

    int HVM_PARAM_STORE_PFN = 1;

    /** An {@code xc_interface *}; thread-safe unless opened with XC_OPENFLAG_NON_REENTRANT. */
    final class Interface extends PointerType {}

    @Nullable
    Interface xc_interface_open(XenToolLog.Logger logger, XenToolLog.Logger dombuildLogger, int flags);

    int xc_interface_close(Interface xch);

    int xc_domain_pause(Interface xch, int domid);

    int xc_domain_unpause(Interface xch, int domid);

    int xc_domain_set_target(Interface xch, int domid, int target);

    int xc_domain_maximum_gpfn(Interface xch, int domid, LongByReference gpfns);

    int xc_domain_get_pod_target(
            Interface xch,
            int domid,
            @Nullable LongByReference totalPages,
            LongByReference cachePages,
            LongByReference entries);

    int xc_hvm_param_get(Interface xch, int domid, int param, LongByReference value);

    int xc_shadow_control(Interface xch, int domid, int op, @Nullable Pointer mb, int mode);
}
