/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "dirty_canary.h"

#include <errno.h>
#include <limits.h>

#include "real_symbol.h"
#include "shim_log.h"

static struct {
    bool marked;
    uint64_t pfn;
} canary;

static int mark(abi_xc_interface *xch, uint32_t domid)
{
    static int (*param_get)(abi_xc_interface *, uint32_t, uint32_t, uint64_t *);
    static int (*modified_memory)(abi_xc_interface *, uint32_t, uint64_t, uint32_t);

    if (real_symbol("xc_hvm_param_get", &param_get) || real_symbol("xc_hvm_modified_memory", &modified_memory))
        return -1;
    if (param_get(xch, domid, ABI_HVM_STORE_PFN, &canary.pfn))
        return -1;
    return modified_memory(xch, domid, canary.pfn, 1);
}

void dirty_canary_mark(abi_xc_interface *xch, uint32_t domid)
{
    int saved = errno;

    canary.marked = mark(xch, domid) == 0;
    if (!canary.marked)
        shim_log("domain %u: no page can be marked as dirty (errno %d); a record that others take is not noticed", domid, errno);
    errno = saved;
}

bool dirty_canary_is_missing(const void *bitmap, unsigned long pages)
{
    const unsigned char *bytes = bitmap;

    return canary.marked && canary.pfn < pages && !(bytes[canary.pfn / CHAR_BIT] >> (canary.pfn % CHAR_BIT) & 1);
}

void dirty_canary_forget(void)
{
    canary.marked = false;
}
