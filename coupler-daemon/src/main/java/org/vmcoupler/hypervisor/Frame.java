/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor;

/** Sizes of guest memory. */
public final class Frame {

    /** Bytes in a frame. Source: Xen xen/include/public/arch-x86/xen.h, XC_PAGE_SHIFT 12. */
    public static final int BYTES = 4096;

    private Frame() {}
}
