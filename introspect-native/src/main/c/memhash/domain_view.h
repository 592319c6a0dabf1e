/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All memory of one domain, read-only, from dom0. Xen's libraries are loaded at run time, so that this builds without them. The
 * domain should be paused or suspended: nothing here makes a consistent picture of one that runs.
 */
#ifndef VMCOUPLER_DOMAIN_VIEW_H
#define VMCOUPLER_DOMAIN_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "xen_abi.h"

#define VIEW_BATCH ABI_TYPE_BATCH_MAX

/** Highest number of frames of a PV domain: 2^22 are 16 GiB. */
#define VIEW_PV_FRAMES_MAX (1ul << 22)

/** Highest number of frames that is looked at: 2^28 pages are 1 TiB, above the special pages at the end of a PVH domain's space. */
#define VIEW_FRAMES_MAX (1ul << 28)

struct domain_view {
    abi_xc_interface *xch;
    abi_foreignmemory *foreign;
    uint32_t domid;
    /** PVH or HVM: frames are gfns. Else PV: frames are pfns, and p2m is what they stand on. */
    bool translated;
    /** It has shut down, as a suspended domain has; a restored one has not. */
    bool shut_down;
    unsigned long frames;
    /** gfn of a translated domain, mfn of a PV domain. */
    abi_xen_pfn_t shared_info;
    /** A PV domain's machine frame of each pfn, mapped from its LEAF_COUNT leaf frames. */
    const abi_xen_pfn_t *p2m;
    abi_xen_pfn_t *leaves;
    unsigned leaf_count;
};

/** Opens the view. Returns 0, or -1 with a sentence on stderr; the process should then exit. */
int domain_view_open(struct domain_view *view, uint32_t domid);

/** The machine frame of a pfn, or the gfn itself in a translated domain. */
abi_xen_pfn_t domain_view_frame(const struct domain_view *view, unsigned long pfn);

/** Stores the type nibbles of COUNT (at most VIEW_BATCH) frames from FIRST on. Returns 0 or -1 with errno. */
int domain_view_types(struct domain_view *view, unsigned long first, unsigned count, uint8_t *types);

/**
 * Maps COUNT frames, given as domain_view_frame() gives them. Returns the mapping, to be released with domain_view_unmap, with each
 * frame's error in ERRORS (0: there), or NULL with errno.
 */
void *domain_view_map(struct domain_view *view, const abi_xen_pfn_t *frames, unsigned count, int *errors);
void domain_view_unmap(struct domain_view *view, void *mapping, unsigned count);

/** Copies one frame to PAGE. Returns false if it cannot be mapped. */
bool domain_view_copy(struct domain_view *view, abi_xen_pfn_t frame, void *page);

/**
 * Reads 8 bytes of vcpu 0's context; 0 if they cannot be read. A suspended PV domain leaves its start_info's mfn in rdx.
 * OFFSET is one of ABI_VCPU_CONTEXT_*.
 */
uint64_t domain_view_context(struct domain_view *view, unsigned offset);

/** Reads an HVM parameter, 0 if there is none. Source: xen/include/public/hvm/params.h. */
uint64_t domain_view_hvm_param(struct domain_view *view, uint32_t param);

#endif
