/* SPDX-License-Identifier: Apache-2.0 */
#include "exceptions.h"

#include <string.h>

static void add(struct exceptions *exceptions, unsigned long pfn, const char *reason)
{
    if (exceptions->count < EXCEPTIONS_MAX) {
        exceptions->entry[exceptions->count].pfn = pfn;
        exceptions->entry[exceptions->count++].reason = reason;
    }
}

static void add_frame(struct exceptions *exceptions, const struct frame_map *map, abi_xen_pfn_t frame, const char *reason)
{
    unsigned long pfn;

    if (frame_map_pfn(map, frame, &pfn))
        add(exceptions, pfn, reason);
}

static uint64_t word_at(const unsigned char *page, unsigned offset)
{
    uint64_t word;

    memcpy(&word, page + offset, sizeof(word));
    return word;
}

/*
 * Before it suspends, a guest writes pfns of both rings in place of their machine frames; a restore puts machine frames there again.
 * Source: Linux arch/x86/xen/suspend_pv.c, xen_pv_pre_suspend(); tools/libs/guest/xg_sr_restore_x86_pv.c, process_start_info().
 */
static void add_ring(struct exceptions *exceptions, const struct domain_view *view, const struct frame_map *map, uint64_t at, const char *reason)
{
    if (view->shut_down)
        add(exceptions, at, reason);
    else
        add_frame(exceptions, map, at, reason);
}

static void add_start_info(struct exceptions *exceptions, struct domain_view *view, const struct frame_map *map)
{
    unsigned char page[ABI_PAGE_SIZE];
    abi_xen_pfn_t frame = domain_view_context(view, ABI_VCPU_CONTEXT_RDX);

    /* Only a page that says what it is: a domain that is not suspended has anything in rdx. */
    if (!domain_view_copy(view, frame, page) || memcmp(page, "xen-3.", 6) != 0)
        return;
    add_frame(exceptions, map, frame, "start_info");
    add_ring(exceptions, view, map, word_at(page, ABI_START_INFO_STORE_MFN), "store");
    add_ring(exceptions, view, map, word_at(page, ABI_START_INFO_CONSOLE_MFN), "console");
}

/*
 * Of a p2m only the leaves, which a restore writes anew with machine frames. A guest may keep lists that lead to them instead of a p2m at one
 * address, which is none that domain_view_open() takes: Xen's tools tell every guest that they need none (SIF_VIRT_P2M_4TOOLS).
 */
static void add_p2m(struct exceptions *exceptions, const struct domain_view *view, const struct frame_map *map)
{
    for (unsigned i = 0; i < view->leaf_count; i++)
        add_frame(exceptions, map, view->leaves[i], "p2m-leaf");
}

static void add_hvm(struct exceptions *exceptions, struct domain_view *view)
{
    static const struct {
        uint32_t param;
        const char *reason;
    } pages[] = {{ABI_HVM_STORE_PFN, "store"}, {ABI_HVM_CONSOLE_PFN, "console"}, {ABI_HVM_IOREQ_PFN, "ioreq"}, {ABI_HVM_BUFIOREQ_PFN, "ioreq"}};

    for (unsigned i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        uint64_t pfn = domain_view_hvm_param(view, pages[i].param);

        if (pfn)
            add(exceptions, pfn, pages[i].reason);
    }
}

void exceptions_collect(struct exceptions *exceptions, struct domain_view *view, const struct frame_map *map)
{
    exceptions->count = 0;
    if (view->translated) {
        add_hvm(exceptions, view);
        return;
    }
    add_start_info(exceptions, view, map);
    add_p2m(exceptions, view, map);
}

const char *exceptions_reason(const struct exceptions *exceptions, unsigned long pfn)
{
    for (unsigned i = 0; i < exceptions->count; i++)
        if (exceptions->entry[i].pfn == pfn)
            return exceptions->entry[i].reason;
    return NULL;
}
