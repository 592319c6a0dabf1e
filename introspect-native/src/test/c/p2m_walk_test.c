/* SPDX-License-Identifier: Apache-2.0 */
/* The p2m is found under any cr3 of its domain, across the ends of tables; what cannot be read or is not present ends the walk. */
#include <string.h>

#include "expect.h"
#include "p2m_walk.h"

#define FRAMES 8
#define BASE 0x700ul
#define LEAVES 4

static uint64_t frames[FRAMES][512];
static unsigned reads;

static bool copy(void *context, abi_xen_pfn_t frame, void *page)
{
    (void)context;
    reads++;
    if (frame < BASE || frame >= BASE + FRAMES)
        return false;
    memcpy(page, frames[frame - BASE], ABI_PAGE_SIZE);
    return true;
}

static uint64_t entry(unsigned long frame)
{
    return frame << 12 | 0x8000000000000067ull;
}

int main(void)
{
    /* The last two pages under one table of level 1 and the first two under the next, which has a table of level 2 of its own. */
    uint64_t address = 0xffffc90040000000ull - 2 * ABI_PAGE_SIZE;
    abi_xen_pfn_t leaves[LEAVES];

    frames[0][address >> 39 & 511] = entry(BASE + 1);
    frames[1][0] = entry(BASE + 2);
    frames[1][1] = entry(BASE + 3);
    frames[2][511] = entry(BASE + 4);
    frames[3][0] = entry(BASE + 5);
    frames[4][510] = entry(0x21);
    frames[4][511] = entry(0x22);
    frames[5][0] = entry(0x23);
    frames[5][1] = entry(0x24);
    EXPECT(p2m_leaves(copy, NULL, BASE << 12, address, LEAVES, leaves));
    for (unsigned i = 0; i < LEAVES; i++)
        EXPECT(leaves[i] == 0x21 + i);
    EXPECT(reads == 6);

    EXPECT(!p2m_leaves(copy, NULL, BASE << 12, address, LEAVES + 1, leaves));
    EXPECT(!p2m_leaves(copy, NULL, 1 << 12, address, LEAVES, leaves));
    EXPECT(!p2m_leaves(copy, NULL, BASE << 12, address + 8, 1, leaves));
    EXPECT(!p2m_leaves(copy, NULL, BASE << 12, 0, 1, leaves));
    EXPECT(!p2m_leaves(copy, NULL, BASE << 12, 0xfffffffffffff000ull, 2, leaves));
    frames[2][511] &= ~1ull;
    EXPECT(!p2m_leaves(copy, NULL, BASE << 12, address, 1, leaves));
    return 0;
}
