/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.HypervisorException;

/** A call of libxl, libxenctrl or libxenforeignmemory failed. The one place where return codes become words. */
public final class LibxlException extends HypervisorException {

    private static final long serialVersionUID = 1L;

    static final int ERROR_DOMAIN_NOTFOUND = -21;

    /** Names by -rc - 1. Source: Xen 4.17 tools/libs/light/libxl_types.idl, libxl_error. */
    private static final List<String> NAMES = List.of(
            "NONSPECIFIC",
            "VERSION",
            "FAIL",
            "NI",
            "NOMEM",
            "INVAL",
            "BADFAIL",
            "GUEST_TIMEDOUT",
            "TIMEDOUT",
            "NOPARAVIRT",
            "NOT_READY",
            "OSEVENT_REG_FAIL",
            "BUFFERFULL",
            "UNKNOWN_CHILD",
            "LOCK_FAIL",
            "JSON_CONFIG_EMPTY",
            "DEVICE_EXISTS",
            "CHECKPOINT_DEVOPS_DOES_NOT_MATCH",
            "CHECKPOINT_DEVICE_NOT_SUPPORTED",
            "VNUMA_CONFIG_INVALID",
            "DOMAIN_NOTFOUND",
            "ABORTED",
            "NOTFOUND",
            "DOMAIN_DESTROYED",
            "FEATURE_REMOVED");

    private final String operation;
    private final int rc;

    private LibxlException(String operation, int rc, @Nullable Domid domid, String cause) {
        super(operation + (domid == null ? "" : " of domain " + domid) + " failed: " + cause);
        this.operation = operation;
        this.rc = rc;
    }

    /**
     * Makes the exception of a libxl call.
     *
     * @param operation the C function
     * @param rc its return code, a {@code libxl_error}
     * @param domid the domain, or null if the call was about none
     */
    static LibxlException ofRc(String operation, int rc, @Nullable Domid domid) {
        return new LibxlException(operation, rc, domid, name(rc) + " (" + rc + "), see the log for libxl's own words");
    }

    /** Makes the exception of a call that sets errno; {@code rc()} is then {@code -errno}. */
    static LibxlException ofErrno(String operation, int errno, @Nullable Domid domid, String words) {
        return new LibxlException(operation, -errno, domid, words + " (errno " + errno + ")");
    }

    /** Returns libxl's name of a return code. */
    static String name(int rc) {
        return rc < 0 && rc >= -NAMES.size() ? "ERROR_" + NAMES.get(-rc - 1) : "unknown error";
    }

    /** Returns the C function that failed. */
    public String operation() {
        return operation;
    }

    /** Returns its return code: a {@code libxl_error}, or a negative errno for libxenctrl and libxenforeignmemory. */
    public int rc() {
        return rc;
    }
}
