/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The few structures and numbers of libxenguest, libxenctrl and libxenforeignmemory that the shim and memhash touch, mirrored so that they
 * build where no Xen headers are installed. Layouts are those of x86-64; xen_abi_probe.c compares every one of them with the
 * real headers where these are present. Xen 4.17, tag RELEASE-4.17.7; fields keep their Xen names.
 */
#ifndef VMCOUPLER_XEN_ABI_H
#define VMCOUPLER_XEN_ABI_H

#include <stddef.h>
#include <stdint.h>

#define ABI_PAGE_SIZE 4096u

/** Opaque handles: struct xc_interface_core (xenctrl.h) and struct xenforeignmemory_handle (xenforeignmemory.h). */
typedef void abi_xc_interface;
typedef void abi_foreignmemory;

/** xen/include/public/xen.h, xen_pfn_t on x86-64. */
typedef unsigned long abi_xen_pfn_t;

/** Passed by value. Source: tools/include/xenguest.h, struct precopy_stats. */
struct abi_precopy_stats {
    unsigned int iteration;      /* @0 */
    unsigned long total_written; /* @8 */
    long dirty_count;            /* @16, -1: unknown */
};

/** Source: tools/include/xenguest.h, XGS_POLICY_*. */
enum { ABI_POLICY_ABORT = -1, ABI_POLICY_CONTINUE = 0, ABI_POLICY_STOP = 1 };

/** Source: tools/include/xenguest.h, struct save_callbacks; 56 bytes. */
struct abi_save_callbacks {
    int (*suspend)(void *data);                                           /* @0, 1: suspended, 0: failed */
    int (*precopy_policy)(struct abi_precopy_stats stats, void *data);    /* @8 */
    int (*postcopy)(void *data);                                          /* @16 */
    int (*checkpoint)(void *data);                                        /* @24 */
    int (*wait_checkpoint)(void *data);                                   /* @32 */
    int (*switch_qemu_logdirty)(uint32_t domid, unsigned on, void *data); /* @40 */
    void *data;                                                           /* @48 */
};

/** Only passed on. Source: tools/include/xenguest.h, struct restore_callbacks. */
struct abi_restore_callbacks;

/** Source: tools/include/xenguest.h, xc_stream_type_t; the shim serves plain streams only. */
enum { ABI_STREAM_PLAIN = 0 };

/** Source: tools/include/xenctrl.h, struct xc_hypercall_buffer. */
struct abi_hypercall_buffer {
    void *hbuf;                                /* @0 */
    struct abi_hypercall_buffer *param_shadow; /* @8 */
    int dir;                                   /* @16 */
    void *ubuf;                                /* @24 */
    size_t sz;                                 /* @32 */
};

/** Source: xen/include/public/domctl.h, struct xen_domctl_shadow_op_stats. */
struct abi_shadow_op_stats {
    uint32_t fault_count;
    uint32_t dirty_count;
};

/** Source: xen/include/public/domctl.h, XEN_DOMCTL_SHADOW_OP_* and XEN_DOMCTL_SHADOW_LOGDIRTY_FINAL. */
enum {
    ABI_SHADOW_OFF = 0,
    ABI_SHADOW_ENABLE_LOGDIRTY = 2,
    ABI_SHADOW_CLEAN = 11,
    ABI_SHADOW_PEEK = 12,
    ABI_LOGDIRTY_FINAL = 1
};

/** Largest array that XEN_DOMCTL_getpageframeinfo3 takes. Source: xen/arch/x86/domctl.c. */
#define ABI_TYPE_BATCH_MAX 1024u

/**
 * Page types, as the top nibble of 32 bits shifted down. Source: xen/include/public/domctl.h, XEN_DOMCTL_PFINFO_*.
 * Types 1 to 4 and, pinned, 9 to 12 are page tables; 13 and above carry no data in the stream.
 */
enum { ABI_TYPE_NOTAB = 0x0, ABI_TYPE_L1 = 0x1, ABI_TYPE_L4 = 0x4, ABI_TYPE_TABLE_MASK = 0x7, ABI_TYPE_BROKEN = 0xd, ABI_TYPE_XTAB = 0xf };
#define ABI_TYPE_SHIFT 28u

/** Source: tools/include/xenguest.h, struct xc_domain_meminfo. p2m_table is a live mapping, pfn_type a copy. */
struct abi_domain_meminfo {
    unsigned int pt_levels;
    unsigned int guest_width;
    abi_xen_pfn_t *pfn_type;
    abi_xen_pfn_t *p2m_table;
    unsigned long p2m_size;
    unsigned int p2m_frames;
};

/** Beginning of a domain's status. Source: xen/include/public/domctl.h, struct xen_domctl_getdomaininfo. */
struct abi_getdomaininfo {
    uint16_t domain; /* @0 */
    uint16_t pad1;
    uint32_t flags;             /* @4 */
    uint64_t tot_pages;         /* @8 */
    uint64_t max_pages;         /* @16 */
    uint64_t outstanding_pages; /* @24 */
    uint64_t shr_pages;         /* @32 */
    uint64_t paged_pages;       /* @40 */
    uint64_t shared_info_frame; /* @48 */
};
#define ABI_DOMINF_HVM_GUEST 2u
#define ABI_DOMINF_SHUTDOWN 4u

/** Offsets of user_regs.rdx and ctrlreg[3]. Source: xen/include/public/arch-x86/xen.h, struct vcpu_guest_context. */
enum { ABI_VCPU_CONTEXT_RDX = 616, ABI_VCPU_CONTEXT_CR3 = 5008 };

/** Offsets in a PV domain's start_info page. Source: xen/include/public/xen.h, struct start_info. */
enum { ABI_START_INFO_STORE_MFN = 56, ABI_START_INFO_CONSOLE_MFN = 72 };

/** Offsets in shared_info of arch.max_pfn and its neighbours. Source: xen/include/public/arch-x86/xen.h, struct arch_shared_info. */
enum { ABI_SHARED_INFO_MAX_PFN = 3088, ABI_SHARED_INFO_P2M_VADDR = 3120 };

/** Source: xen/include/public/hvm/params.h. */
enum { ABI_HVM_STORE_PFN = 1, ABI_HVM_IOREQ_PFN = 5, ABI_HVM_BUFIOREQ_PFN = 6, ABI_HVM_CONSOLE_PFN = 17 };

#endif
