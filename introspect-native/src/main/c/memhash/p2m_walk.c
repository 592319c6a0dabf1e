/* SPDX-License-Identifier: Apache-2.0 */
#include "p2m_walk.h"

#define ENTRIES 512
#define PTE_PRESENT 1ull
#define PTE_FRAME(entry) (((entry) & 0x000ffffffffff000ull) >> 12)

/* Lowest address of a kernel, bit 47 and all above set. */
#define KERNEL_HALF 0xffff800000000000ull

/* The table of each level that was read last: neighbours share it. */
struct walk {
    p2m_copy_frame *copy;
    void *context;
    abi_xen_pfn_t frame[4];
    bool there[4];
    uint64_t table[4][ENTRIES];
};

static const uint64_t *table_of(struct walk *walk, unsigned level, abi_xen_pfn_t frame)
{
    unsigned i = level - 1;

    if (!walk->there[i] || walk->frame[i] != frame)
        walk->there[i] = walk->copy(walk->context, frame, walk->table[i]);
    walk->frame[i] = frame;
    return walk->there[i] ? walk->table[i] : NULL;
}

bool p2m_leaves(p2m_copy_frame *copy, void *context, uint64_t cr3, uint64_t address, unsigned count, abi_xen_pfn_t *leaves)
{
    struct walk walk = {.copy = copy, .context = context};

    if (address < KERNEL_HALF || address % ABI_PAGE_SIZE || address + (uint64_t)count * ABI_PAGE_SIZE < address)
        return false;
    for (unsigned n = 0; n < count; n++, address += ABI_PAGE_SIZE) {
        abi_xen_pfn_t frame = PTE_FRAME(cr3);

        for (unsigned level = 4; level > 0; level--) {
            const uint64_t *table = table_of(&walk, level, frame);
            uint64_t entry = table ? table[address >> (3 + 9 * level) & (ENTRIES - 1)] : 0;

            if (!(entry & PTE_PRESENT))
                return false;
            frame = PTE_FRAME(entry);
        }
        leaves[n] = frame;
    }
    return true;
}
