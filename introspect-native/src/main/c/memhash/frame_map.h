/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VMCOUPLER_FRAME_MAP_H
#define VMCOUPLER_FRAME_MAP_H

#include <stdbool.h>

#include "domain_view.h"

/** The pfn of each machine frame of a PV domain, by its own p2m. Empty for a translated domain. */
struct frame_map {
    struct frame_map_entry *entries;
    unsigned long count;
};

struct frame_map_entry {
    abi_xen_pfn_t frame;
    unsigned long pfn;
};

/** Builds the map. Returns 0, or -1 with errno ENOMEM. */
int frame_map_open(struct frame_map *map, const struct domain_view *view);
void frame_map_close(struct frame_map *map);

/** Finds the pfn of a machine frame. Returns false if the domain's p2m does not hold it. */
bool frame_map_pfn(const struct frame_map *map, abi_xen_pfn_t frame, unsigned long *pfn);

/**
 * Replaces the machine frames of the present entries of a 64-bit page table by pfns, as libxc does for the stream, so that the tables of
 * source and destination can be compared; Xen's own entries of a level 4 table become 0, a foreign frame all ones.
 * Source: tools/libs/guest/xg_sr_save_x86_pv.c, normalise_pagetable().
 */
void frame_map_normalise(const struct frame_map *map, unsigned type, uint64_t entries[ABI_PAGE_SIZE / 8]);

#endif
