/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Read-only view of all pages of a running PV domain from dom0, batch by batch, for dirty scans. Mappings are kept between scans and
 * made anew only where the domain's p2m or the set of valid pages changed, as mapping costs more than reading.
 */
#ifndef VMCOUPLER_GUEST_MEMORY_H
#define VMCOUPLER_GUEST_MEMORY_H

#include <stdint.h>

#include "xen_abi.h"

/** Pages of one batch: the most that Xen tells the types of in one call. */
#define GUEST_BATCH ABI_TYPE_BATCH_MAX

struct guest_window;

struct guest_memory {
    abi_xc_interface *xch;
    uint32_t domid;
    abi_foreignmemory *foreign;
    struct abi_domain_meminfo info;
    struct guest_window *windows;
    unsigned long window_count;
};

/** One batch as it is now. A page's address is NULL if it has no bytes or could not be mapped; valid until the next read of the batch. */
struct guest_batch {
    unsigned count;
    /** Type nibbles, ABI_TYPE_*; Xen's answer of this very read. */
    uint8_t type[GUEST_BATCH];
    const void *page[GUEST_BATCH];
};

/**
 * Opens the view of a 64-bit PV domain. Returns 0 with info.p2m_size set, or -1 with errno (EOPNOTSUPP for a domain of another width),
 * a line in the log and nothing left open.
 */
int guest_memory_open(struct guest_memory *memory, abi_xc_interface *xch, uint32_t domid);
void guest_memory_close(struct guest_memory *memory);

/**
 * Reads the batch of pfns from FIRST, a multiple of GUEST_BATCH below info.p2m_size. Asks Xen for the types anew. Returns 0, or -1 with
 * errno if Xen refuses the types or the whole mapping; single pages that cannot be mapped are no failure.
 */
int guest_memory_read(struct guest_memory *memory, unsigned long first, struct guest_batch *batch);

#endif
