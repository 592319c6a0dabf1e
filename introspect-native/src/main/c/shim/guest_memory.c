/* SPDX-License-Identifier: Apache-2.0 */
#include "guest_memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "real_symbol.h"
#include "sent_pages.h"
#include "shim_log.h"

#define PV_64BIT_WIDTH 8

/* One kept mapping: the frames of a batch's pages with data, in ascending order of pfn. */
struct guest_window {
    char *base;
    unsigned count;
    abi_xen_pfn_t frame[GUEST_BATCH];
    int error[GUEST_BATCH];
};

/* Sources: tools/include/xenguest.h, xenctrl.h, xenforeignmemory.h. */
static int (*map_meminfo)(abi_xc_interface *, uint32_t, struct abi_domain_meminfo *);
static int (*unmap_meminfo)(abi_xc_interface *, struct abi_domain_meminfo *);
static int (*get_types)(abi_xc_interface *, uint32_t, unsigned, abi_xen_pfn_t *);
static abi_foreignmemory *(*foreign_open)(void *logger, unsigned flags);
static int (*foreign_close)(abi_foreignmemory *);
static void *(*foreign_map)(abi_foreignmemory *, uint32_t, int, size_t, const abi_xen_pfn_t *, int *);
static int (*foreign_unmap)(abi_foreignmemory *, void *, size_t);

static int find_symbols(void)
{
    return real_symbol("xc_map_domain_meminfo", &map_meminfo) || real_symbol("xc_unmap_domain_meminfo", &unmap_meminfo) ||
                   real_symbol("xc_get_pfn_type_batch", &get_types) || real_symbol("xenforeignmemory_open", &foreign_open) ||
                   real_symbol("xenforeignmemory_close", &foreign_close) || real_symbol("xenforeignmemory_map", &foreign_map) ||
                   real_symbol("xenforeignmemory_unmap", &foreign_unmap)
               ? -1
               : 0;
}

static int give_up(struct guest_memory *memory, const char *what, int error)
{
    shim_log("domain %u: %s: %s", memory->domid, what, strerror(error));
    guest_memory_close(memory);
    errno = error;
    return -1;
}

int guest_memory_open(struct guest_memory *memory, abi_xc_interface *xch, uint32_t domid)
{
    *memory = (struct guest_memory){.xch = xch, .domid = domid};
    if (find_symbols())
        return -1;
    if (map_meminfo(xch, domid, &memory->info)) {
        memory->info.p2m_table = NULL;
        return give_up(memory, "p2m cannot be mapped", errno);
    }
    if (memory->info.guest_width != PV_64BIT_WIDTH)
        return give_up(memory, "not a 64-bit domain", EOPNOTSUPP);
    if (memory->info.p2m_size == 0 || memory->info.p2m_size > SENT_PAGES_MAX)
        return give_up(memory, "domain too large", E2BIG);
    memory->foreign = foreign_open(NULL, 0);
    if (!memory->foreign)
        return give_up(memory, "privcmd cannot be opened", errno);
    memory->window_count = (memory->info.p2m_size + GUEST_BATCH - 1) / GUEST_BATCH;
    memory->windows = calloc(memory->window_count, sizeof(*memory->windows));
    if (!memory->windows)
        return give_up(memory, "windows", ENOMEM);
    return 0;
}

static void drop(struct guest_memory *memory, struct guest_window *window)
{
    if (window->base)
        foreign_unmap(memory->foreign, window->base, window->count);
    window->base = NULL;
    window->count = 0;
}

void guest_memory_close(struct guest_memory *memory)
{
    for (unsigned long i = 0; memory->windows && i < memory->window_count; i++)
        drop(memory, &memory->windows[i]);
    free(memory->windows);
    if (memory->foreign)
        foreign_close(memory->foreign);
    if (memory->info.p2m_table)
        unmap_meminfo(memory->xch, &memory->info);
    *memory = (struct guest_memory){0};
}

static int show(struct guest_memory *memory, struct guest_window *window, const abi_xen_pfn_t *frames, unsigned count)
{
    if (window->base && window->count == count && memcmp(window->frame, frames, count * sizeof(*frames)) == 0)
        return 0;
    drop(memory, window);
    if (count == 0)
        return 0;
    memcpy(window->frame, frames, count * sizeof(*frames));
    window->base = foreign_map(memory->foreign, memory->domid, PROT_READ, count, window->frame, window->error);
    if (!window->base) {
        shim_log("domain %u: %u pages cannot be mapped: %s", memory->domid, count, strerror(errno));
        return -1;
    }
    window->count = count;
    return 0;
}

int guest_memory_read(struct guest_memory *memory, unsigned long first, struct guest_batch *batch)
{
    abi_xen_pfn_t frames[GUEST_BATCH], types[GUEST_BATCH];
    unsigned long left = memory->info.p2m_size - first;
    struct guest_window *window = &memory->windows[first / GUEST_BATCH];
    unsigned with_data = 0;

    batch->count = left < GUEST_BATCH ? (unsigned)left : GUEST_BATCH;
    /* The p2m is live memory of the domain: each entry is read once; Xen checks whose frame it is, and says XTAB for no one's. */
    for (unsigned i = 0; i < batch->count; i++)
        frames[i] = *(volatile abi_xen_pfn_t *)&memory->info.p2m_table[first + i];
    memcpy(types, frames, batch->count * sizeof(*types));
    if (get_types(memory->xch, memory->domid, batch->count, types)) {
        shim_log("domain %u: types of pfn %lu: %s", memory->domid, first, strerror(errno));
        return -1;
    }
    for (unsigned i = 0; i < batch->count; i++) {
        batch->type[i] = (types[i] >> ABI_TYPE_SHIFT) & 0xf;
        if (page_type_has_data(batch->type[i]))
            frames[with_data++] = frames[i];
    }
    if (show(memory, window, frames, with_data))
        return -1;
    for (unsigned i = 0, at = 0; i < batch->count; i++) {
        bool shown = page_type_has_data(batch->type[i]);

        batch->page[i] = shown && window->error[at] == 0 ? window->base + (size_t)at * ABI_PAGE_SIZE : NULL;
        at += shown;
    }
    return 0;
}
