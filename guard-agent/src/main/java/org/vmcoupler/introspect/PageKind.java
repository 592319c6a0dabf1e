/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.introspect;

/** What a scan looks for; the codes are those of scan.h. A find is a place to look at, not a proof: the target can forge either. */
public enum PageKind {
    /** The counter page of docs/guard-protocol.md. */
    COUNTER(1),
    /** The VMCOREINFO text of a Linux kernel. Source: Linux kernel/crash_core.c, vmcoreinfo_data and vmcoreinfo_note. */
    VMCOREINFO(2);

    final int code;

    PageKind(int code) {
        this.code = code;
    }
}
