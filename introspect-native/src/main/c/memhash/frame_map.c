/* SPDX-License-Identifier: Apache-2.0 */
#include "frame_map.h"

#include <errno.h>
#include <stdlib.h>

#define PTE_PRESENT 1ull
#define PTE_FRAME_MASK 0x000ffffffffff000ull
#define PTE_FRAME_SHIFT 12

/* Slots of a level 4 table that are Xen's. Source: xen/include/public/arch-x86/xen-x86_64.h, HYPERVISOR_VIRT_START and _END. */
enum { XEN_FIRST_SLOT = 256, XEN_LAST_SLOT = 271 };

static int by_frame(const void *left, const void *right)
{
    const struct frame_map_entry *a = left, *b = right;

    return a->frame < b->frame ? -1 : a->frame > b->frame;
}

int frame_map_open(struct frame_map *map, const struct domain_view *view)
{
    *map = (struct frame_map){0};
    if (view->translated)
        return 0;
    map->entries = calloc(view->frames, sizeof(*map->entries));
    if (!map->entries) {
        errno = ENOMEM;
        return -1;
    }
    for (unsigned long pfn = 0; pfn < view->frames; pfn++) {
        abi_xen_pfn_t frame = domain_view_frame(view, pfn);

        if (frame <= PTE_FRAME_MASK >> PTE_FRAME_SHIFT)
            map->entries[map->count++] = (struct frame_map_entry){.frame = frame, .pfn = pfn};
    }
    qsort(map->entries, map->count, sizeof(*map->entries), by_frame);
    return 0;
}

void frame_map_close(struct frame_map *map)
{
    free(map->entries);
    *map = (struct frame_map){0};
}

bool frame_map_pfn(const struct frame_map *map, abi_xen_pfn_t frame, unsigned long *pfn)
{
    struct frame_map_entry wanted = {.frame = frame};
    /* Most words of a page that is no table name no frame at all. */
    bool within = map->count && frame >= map->entries[0].frame && frame <= map->entries[map->count - 1].frame;
    const struct frame_map_entry *found =
        within ? bsearch(&wanted, map->entries, map->count, sizeof(*map->entries), by_frame) : NULL;

    if (found)
        *pfn = found->pfn;
    return found != NULL;
}

void frame_map_normalise(const struct frame_map *map, unsigned type, uint64_t entries[ABI_PAGE_SIZE / 8])
{
    for (unsigned i = 0; i < ABI_PAGE_SIZE / 8; i++) {
        unsigned long pfn;

        if ((type & ABI_TYPE_TABLE_MASK) == ABI_TYPE_L4 && i >= XEN_FIRST_SLOT && i <= XEN_LAST_SLOT)
            entries[i] = 0;
        if (!(entries[i] & PTE_PRESENT))
            continue;
        if (frame_map_pfn(map, (entries[i] & PTE_FRAME_MASK) >> PTE_FRAME_SHIFT, &pfn))
            entries[i] = (entries[i] & ~PTE_FRAME_MASK) | (uint64_t)pfn << PTE_FRAME_SHIFT;
        else
            entries[i] = ~0ull;
    }
}
