/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of two hosts become equal when machine frames become pfns; Xen's own entries and foreign frames are told apart. */
#include <string.h>

#include "expect.h"
#include "frame_map.h"

#define PFNS 6

abi_xen_pfn_t domain_view_frame(const struct domain_view *view, unsigned long pfn)
{
    return view->p2m[pfn];
}

static void normalise(abi_xen_pfn_t *p2m, unsigned type, uint64_t *entries)
{
    struct domain_view view = {.frames = PFNS, .p2m = p2m};
    struct frame_map map;

    EXPECT(frame_map_open(&map, &view) == 0);
    frame_map_normalise(&map, type, entries);
    frame_map_close(&map);
}

int main(void)
{
    abi_xen_pfn_t here[PFNS] = {0x500, ~0ul, 0x100, 0x300, 0x200, 0x400};
    abi_xen_pfn_t there[PFNS] = {0x10, ~0ul, 0x11, 0x12, 0x13, 0x14};
    uint64_t a[512] = {0}, b[512] = {0};

    for (unsigned pfn = 0; pfn < PFNS; pfn++) {
        if (here[pfn] == ~0ul)
            continue;
        a[pfn] = here[pfn] << 12 | 0x8000000000000067ull;
        b[pfn] = there[pfn] << 12 | 0x8000000000000067ull;
    }
    a[260] = 0xdead067;
    b[260] = 0xbeef067;
    a[300] = b[300] = 0x1234566;
    normalise(here, ABI_TYPE_L4 | 8, a);
    normalise(there, ABI_TYPE_L4 | 8, b);
    EXPECT(memcmp(a, b, sizeof(a)) == 0);
    EXPECT(a[2] == 0x8000000000002067ull && a[260] == 0 && a[300] == 0x1234566);

    memset(a, 0, sizeof(a));
    a[260] = 0x300067;
    a[261] = 0x999067;
    normalise(here, ABI_TYPE_L1, a);
    EXPECT(a[260] == 0x3067 && a[261] == ~0ull);
    return 0;
}
