/* SPDX-License-Identifier: Apache-2.0 */
/* Where a 64-bit PV domain keeps its p2m: a list of machine frames at one address of its own kernel. */
#ifndef VMCOUPLER_P2M_WALK_H
#define VMCOUPLER_P2M_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "xen_abi.h"

#define P2M_LEAF_ENTRIES (ABI_PAGE_SIZE / sizeof(abi_xen_pfn_t))

/** Copies the machine frame FRAME to PAGE. Returns false if it cannot be read. */
typedef bool p2m_copy_frame(void *context, abi_xen_pfn_t frame, void *page);

/**
 * Walks the four levels of page tables under CR3 and stores in LEAVES the machine frames behind the COUNT pages from ADDRESS on.
 * The tables are a guest's: nothing in them is believed but what COPY can read. Returns false if ADDRESS is no page of a kernel, an entry
 * is not present, or a table cannot be read.
 */
bool p2m_leaves(p2m_copy_frame *copy, void *context, uint64_t cr3, uint64_t address, unsigned count, abi_xen_pfn_t *leaves);

#endif
