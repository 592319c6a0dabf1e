/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The negative control: software log-dirty that hashes what it sees at the scan and takes a page for clean if the next scan sees
 * the same. Simple, and wrong for a page that was something else when it was sent.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fake_xen.h"

static uint64_t seen[FAKE_PAGES_MAX];

static uint64_t sum(const unsigned char *page)
{
    uint64_t hash = 14695981039346656037ull;

    for (unsigned i = 0; i < ABI_PAGE_SIZE; i++)
        hash = (hash ^ page[i]) * 1099511628211ull;
    return hash;
}

static uint32_t scan(unsigned long *bits)
{
    uint32_t dirty = 0;

    for (unsigned pfn = 0; pfn < fake.pages; pfn++) {
        uint64_t now = sum(fake_page(pfn));

        if (now != seen[pfn] && bits) {
            bits[pfn / 64] |= 1ul << (pfn % 64);
            dirty++;
        }
        seen[pfn] = now;
    }
    return dirty;
}

FAKE_API int xc_shadow_control(void *xch, uint32_t domid, unsigned sop, unsigned *mb, unsigned mode)
{
    (void)xch, (void)domid, (void)mb, (void)mode;
    if (sop == ABI_SHADOW_ENABLE_LOGDIRTY)
        scan(NULL);
    return 0;
}

FAKE_API long long xc_logdirty_control(void *xch, uint32_t domid, unsigned sop, struct abi_hypercall_buffer *bitmap, unsigned long pages,
                                       unsigned mode, struct abi_shadow_op_stats *stats)
{
    (void)xch, (void)domid, (void)sop, (void)mode;
    bitmap = bitmap->param_shadow ? bitmap->param_shadow : bitmap;
    memset(bitmap->hbuf, 0, (pages + 7) / 8);
    stats->dirty_count = scan(bitmap->hbuf);
    return (long long)pages;
}
