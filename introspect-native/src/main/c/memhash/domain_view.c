/* SPDX-License-Identifier: Apache-2.0 */
#include "domain_view.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Sources: tools/include/xenctrl.h, xenguest.h, xenforeignmemory.h. */
static struct {
    void *(*xc_interface_open)(void *, void *, unsigned);
    int (*xc_domain_getinfolist)(void *, uint32_t, unsigned, void *);
    int (*xc_domain_maximum_gpfn)(void *, uint32_t, abi_xen_pfn_t *);
    int (*xc_get_pfn_type_batch)(void *, uint32_t, unsigned, abi_xen_pfn_t *);
    int (*xc_vcpu_getcontext)(void *, uint32_t, uint32_t, void *);
    int (*xc_hvm_param_get)(void *, uint32_t, uint32_t, uint64_t *);
    int (*xc_map_domain_meminfo)(void *, uint32_t, struct abi_domain_meminfo *);
    void *(*xenforeignmemory_open)(void *, unsigned);
    void *(*xenforeignmemory_map)(void *, uint32_t, int, size_t, const abi_xen_pfn_t *, int *);
    int (*xenforeignmemory_unmap)(void *, void *, size_t);
} xen;

static void *load(const char *const names[])
{
    for (unsigned i = 0; names[i]; i++) {
        void *library = dlopen(names[i], RTLD_NOW | RTLD_GLOBAL);

        if (library)
            return library;
    }
    return NULL;
}

static int find(void *library, const char *name, void *slot)
{
    void *address = library ? dlsym(library, name) : NULL;

    if (!address) {
        fprintf(stderr, "memhash: Xen's libraries are missing or too old: no %s\n", name);
        return -1;
    }
    memcpy(slot, &address, sizeof(address));
    return 0;
}

#define FIND(library, name) find(library, #name, &xen.name)

static int load_all(void)
{
    static const char *const foreign_names[] = {"libxenforeignmemory.so.1", NULL};
    static const char *const control_names[] = {"libxenctrl.so.4.17", "libxenctrl.so.4.20", "libxenctrl.so", NULL};
    static const char *const guest_names[] = {"libxenguest.so.4.17", "libxenguest.so.4.20", "libxenguest.so", NULL};
    void *foreign = load(foreign_names), *control = load(control_names), *guest = load(guest_names);

    return FIND(control, xc_interface_open) || FIND(control, xc_domain_getinfolist) || FIND(control, xc_domain_maximum_gpfn) ||
                   FIND(control, xc_get_pfn_type_batch) || FIND(control, xc_vcpu_getcontext) || FIND(control, xc_hvm_param_get) ||
                   FIND(guest, xc_map_domain_meminfo) || FIND(foreign, xenforeignmemory_open) ||
                   FIND(foreign, xenforeignmemory_map) || FIND(foreign, xenforeignmemory_unmap)
               ? -1
               : 0;
}

static int fail(const struct domain_view *view, const char *what)
{
    fprintf(stderr, "memhash: domain %u: %s: %s\n", view->domid, what, strerror(errno));
    return -1;
}

static int describe(struct domain_view *view)
{
    /* A longer structure of a later Xen has the same beginning. */
    union {
        struct abi_getdomaininfo fields;
        char room[1024];
    } status = {0};

    if (xen.xc_domain_getinfolist(view->xch, view->domid, 1, &status) != 1 || status.fields.domain != view->domid) {
        errno = ESRCH;
        return fail(view, "no such domain");
    }
    view->translated = (status.fields.flags & ABI_DOMINF_HVM_GUEST) != 0;
    view->shared_info = status.fields.shared_info_frame;
    return 0;
}

int domain_view_open(struct domain_view *view, uint32_t domid)
{
    abi_xen_pfn_t last;

    *view = (struct domain_view){.domid = domid};
    if (load_all())
        return -1;
    view->xch = xen.xc_interface_open(NULL, NULL, 0);
    view->foreign = xen.xenforeignmemory_open(NULL, 0);
    if (!view->xch || !view->foreign)
        return fail(view, "Xen cannot be opened");
    if (describe(view))
        return -1;
    if (!view->translated) {
        if (xen.xc_map_domain_meminfo(view->xch, domid, &view->info) || view->info.guest_width != 8)
            return fail(view, "no p2m of a 64-bit domain");
        view->frames = view->info.p2m_size;
    } else {
        if (xen.xc_domain_maximum_gpfn(view->xch, domid, &last) < 0)
            return fail(view, "size of the memory");
        view->frames = last + 1;
    }
    if (view->frames <= VIEW_FRAMES_MAX)
        return 0;
    errno = E2BIG;
    return fail(view, "too many frames");
}

abi_xen_pfn_t domain_view_frame(const struct domain_view *view, unsigned long pfn)
{
    return view->translated ? pfn : view->info.p2m_table[pfn];
}

int domain_view_types(struct domain_view *view, unsigned long first, unsigned count, uint8_t *types)
{
    abi_xen_pfn_t asked[VIEW_BATCH];

    for (unsigned i = 0; i < count; i++)
        asked[i] = domain_view_frame(view, first + i);
    if (xen.xc_get_pfn_type_batch(view->xch, view->domid, count, asked))
        return -1;
    for (unsigned i = 0; i < count; i++)
        types[i] = (asked[i] >> ABI_TYPE_SHIFT) & 0xf;
    return 0;
}

void *domain_view_map(struct domain_view *view, const abi_xen_pfn_t *frames, unsigned count, int *errors)
{
    return xen.xenforeignmemory_map(view->foreign, view->domid, PROT_READ, count, frames, errors);
}

void domain_view_unmap(struct domain_view *view, void *mapping, unsigned count)
{
    xen.xenforeignmemory_unmap(view->foreign, mapping, count);
}

bool domain_view_copy(struct domain_view *view, abi_xen_pfn_t frame, void *page)
{
    int error = 0;
    void *mapping = domain_view_map(view, &frame, 1, &error);

    if (!mapping)
        return false;
    if (!error)
        memcpy(page, mapping, ABI_PAGE_SIZE);
    domain_view_unmap(view, mapping, 1);
    return !error;
}

uint64_t domain_view_rdx(struct domain_view *view)
{
    static char context[16384];
    uint64_t rdx = 0;

    if (!xen.xc_vcpu_getcontext(view->xch, view->domid, 0, context))
        memcpy(&rdx, context + ABI_VCPU_CONTEXT_RDX, sizeof(rdx));
    return rdx;
}

uint64_t domain_view_hvm_param(struct domain_view *view, uint32_t param)
{
    uint64_t value = 0;

    return xen.xc_hvm_param_get(view->xch, view->domid, param, &value) ? 0 : value;
}
