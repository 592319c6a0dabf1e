/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

import org.vmcoupler.hypervisor.DomainKind;

/**
 * Reads the 64-bit entries of a PAGE_DATA record. Stateless.
 *
 * <p>Source: Xen docs/specs/libxc-migration-stream.pandoc, "PAGE_DATA".
 */
public final class PageEntry {
    /** Size of a page in the stream, in bytes. */
    public static final int PAGE_BYTES = 4096;

    /** Most entries of one record. Source: Xen tools/libs/guest/xg_sr_common.h, MAX_BATCH_SIZE. */
    public static final int ENTRIES_MAX = 1024;

    static final int BROKEN = 0xD;
    static final int XALLOC = 0xE;
    static final int XTAB = 0xF;

    private static final long PFN_MASK = (1L << 52) - 1;
    private static final long RESERVED_MASK = 0xFFL << 52;

    private PageEntry() {}

    /** Returns the page frame number. */
    public static long pfn(long entry) {
        return entry & PFN_MASK;
    }

    /** Returns the page type, 0 to 15. */
    public static int type(long entry) {
        return (int) (entry >>> 60);
    }

    /** Tells whether 4,096 bytes of data belong to the entry. */
    public static boolean hasData(long entry) {
        return type(entry) < BROKEN;
    }

    /** Tells whether the entry is a page table, pinned or not; only a PV domain has them. */
    public static boolean isPageTable(long entry) {
        int level = type(entry) & 7;
        return hasData(entry) && level >= 1 && level <= 4;
    }

    static boolean isReservedZero(long entry) {
        return (entry & RESERVED_MASK) == 0;
    }

    static boolean isLegal(long entry, DomainKind kind) {
        int type = type(entry);
        return type == 0 || type >= BROKEN || (kind == DomainKind.PV && isPageTable(entry));
    }
}
