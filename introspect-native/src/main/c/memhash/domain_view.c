/* SPDX-License-Identifier: Apache-2.0 */
#include "domain_view.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "p2m_walk.h"

/* Sources: tools/include/xenctrl.h, xenguest.h, xenforeignmemory.h. */
static struct {
    void *(*xc_interface_open)(void *, void *, unsigned);
    int (*xc_domain_getinfolist)(void *, uint32_t, unsigned, void *);
    int (*xc_domain_maximum_gpfn)(void *, uint32_t, abi_xen_pfn_t *);
    int (*xc_get_pfn_type_batch)(void *, uint32_t, unsigned, abi_xen_pfn_t *);
    int (*xc_vcpu_getcontext)(void *, uint32_t, uint32_t, void *);
    int (*xc_hvm_param_get)(void *, uint32_t, uint32_t, uint64_t *);
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
    void *foreign = load(foreign_names), *control = load(control_names);

    return FIND(control, xc_interface_open) || FIND(control, xc_domain_getinfolist) || FIND(control, xc_domain_maximum_gpfn) ||
                   FIND(control, xc_get_pfn_type_batch) || FIND(control, xc_vcpu_getcontext) || FIND(control, xc_hvm_param_get) ||
                   FIND(foreign, xenforeignmemory_open) || FIND(foreign, xenforeignmemory_map) || FIND(foreign, xenforeignmemory_unmap)
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
    view->shut_down = (status.fields.flags & ABI_DOMINF_SHUTDOWN) != 0;
    view->shared_info = status.fields.shared_info_frame;
    return 0;
}

static bool copy_frame(void *view, abi_xen_pfn_t frame, void *page)
{
    return domain_view_copy(view, frame, page);
}

/*
 * Not xc_map_domain_meminfo(): it starts from shared_info's p2m_cr3, which a restore takes over from the source as it was, a machine
 * frame of the other host; only the guest itself sets it right, when it runs again. The p2m has the same address under vcpu 0's cr3.
 * Source: tools/libs/guest/xg_sr_restore_x86_pv.c, handle_shared_info(); Linux arch/x86/xen/p2m.c, xen_setup_mfn_list_list().
 */
static int map_p2m(struct domain_view *view)
{
    static unsigned char shared[ABI_PAGE_SIZE];
    uint64_t address;
    int *errors;

    errno = EIO;
    if (!domain_view_copy(view, view->shared_info, shared))
        return -1;
    memcpy(&view->frames, shared + ABI_SHARED_INFO_MAX_PFN, sizeof(view->frames));
    memcpy(&address, shared + ABI_SHARED_INFO_P2M_VADDR, sizeof(address));
    errno = E2BIG;
    if (view->frames == 0 || view->frames > VIEW_PV_FRAMES_MAX)
        return -1;
    view->leaf_count = (unsigned)((view->frames + P2M_LEAF_ENTRIES - 1) / P2M_LEAF_ENTRIES);
    view->leaves = calloc(view->leaf_count, sizeof(*view->leaves));
    errors = calloc(view->leaf_count, sizeof(*errors));
    errno = EFAULT;
    if (!view->leaves || !errors ||
        !p2m_leaves(copy_frame, view, domain_view_context(view, ABI_VCPU_CONTEXT_CR3), address, view->leaf_count, view->leaves)) {
        free(errors);
        return -1;
    }
    view->p2m = domain_view_map(view, view->leaves, view->leaf_count, errors);
    for (unsigned i = 0; view->p2m && i < view->leaf_count; i++)
        if (errors[i])
            view->p2m = NULL;
    free(errors);
    return view->p2m ? 0 : -1;
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
        if (map_p2m(view))
            return fail(view, "no p2m of a 64-bit domain");
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
    return view->translated ? pfn : view->p2m[pfn];
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

uint64_t domain_view_context(struct domain_view *view, unsigned offset)
{
    static char context[16384];
    uint64_t word = 0;

    if (!xen.xc_vcpu_getcontext(view->xch, view->domid, 0, context))
        memcpy(&word, context + offset, sizeof(word));
    return word;
}

uint64_t domain_view_hvm_param(struct domain_view *view, uint32_t param)
{
    uint64_t value = 0;

    return xen.xc_hvm_param_get(view->xch, view->domid, param, &value) ? 0 : value;
}
