/* SPDX-License-Identifier: Apache-2.0 */
#include "dirty_scan.h"

#include <string.h>

#define BITS (8 * sizeof(unsigned long))

static void mark(unsigned long *bitmap, unsigned long pfn, struct dirty_scan *scan)
{
    bitmap[pfn / BITS] |= 1ul << (pfn % BITS);
    scan->dirty++;
}

int dirty_scan_run(struct guest_memory *memory, const struct sent_pages *sent, bool final, unsigned long *bitmap, unsigned long pages,
                   struct dirty_scan *scan)
{
    unsigned long known = memory->info.p2m_size < pages ? memory->info.p2m_size : pages;
    struct guest_batch batch;

    *scan = (struct dirty_scan){0};
    memset(bitmap, 0, (pages + BITS - 1) / BITS * sizeof(*bitmap));
    for (unsigned long first = 0; first < known; first += GUEST_BATCH) {
        if (guest_memory_read(memory, first, &batch))
            return -1;
        for (unsigned i = 0; i < batch.count && first + i < known; i++) {
            switch (sent_pages_compare(sent, first + i, batch.type[i], batch.page[i], final)) {
            case PAGE_DIRTY:
                mark(bitmap, first + i, scan);
                break;
            case PAGE_DEFERRED:
                scan->deferred++;
                break;
            case PAGE_CLEAN:
                break;
            }
        }
    }
    for (unsigned long pfn = known; pfn < pages; pfn++)
        mark(bitmap, pfn, scan);
    return 0;
}
