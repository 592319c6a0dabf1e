/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VMCOUPLER_DIRTY_SCAN_H
#define VMCOUPLER_DIRTY_SCAN_H

#include <stdbool.h>

#include "guest_memory.h"
#include "sent_pages.h"

struct dirty_scan {
    unsigned long dirty;
    unsigned long deferred;
};

/**
 * Compares all of the domain's pages with what was sent and sets the bits of the dirty ones in BITMAP (PAGES bits, all others are
 * cleared; bit n of word n/64, as libxc tests it). Pfns beyond the domain's p2m count as dirty. FINAL: the domain is
 * suspended; nothing is deferred then. Returns 0 with the figures in SCAN, or -1 with errno; the bitmap is then undefined.
 */
int dirty_scan_run(struct guest_memory *memory, const struct sent_pages *sent, bool final, unsigned long *bitmap, unsigned long pages,
                   struct dirty_scan *scan);

#endif
