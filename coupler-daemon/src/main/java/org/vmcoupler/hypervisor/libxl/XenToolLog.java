/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.PointerType;

/** Mirror of {@code xentoollog.h}. */
interface XenToolLog extends Library {

    // enum xentoollog_level
    int XTL_INFO = 5;

    int XTL_STDIOSTREAM_HIDE_PROGRESS = 4;

    /** A {@code xentoollog_logger *}. */
    final class Logger extends PointerType {}

    Logger xtl_createlogger_stdiostream(Pointer file, int minLevel, int flags);

    void xtl_logger_destroy(Logger logger);
}
