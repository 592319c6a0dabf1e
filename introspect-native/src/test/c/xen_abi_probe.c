/* SPDX-License-Identifier: Apache-2.0 */
/* Fails to compile where the shim's mirrors differ from the installed Xen headers. */
#include <stdint.h>
#include <stdio.h>
#include <xenctrl.h>
#include <xenguest.h>
#include <xen/hvm/params.h>

#include "xen_abi.h"

#define SAME_SIZE(real, mirror) _Static_assert(sizeof(real) == sizeof(mirror), "size of " #real)
#define SAME(real, mirror, field) \
    _Static_assert(offsetof(real, field) == offsetof(mirror, field) && \
                       sizeof(((real *)0)->field) == sizeof(((mirror *)0)->field), \
                   #real "." #field)
#define EQUAL(real, mirror) _Static_assert((unsigned long)(real) == (unsigned long)(mirror), #real)

SAME_SIZE(struct precopy_stats, struct abi_precopy_stats);
SAME(struct precopy_stats, struct abi_precopy_stats, iteration);
SAME(struct precopy_stats, struct abi_precopy_stats, total_written);
SAME(struct precopy_stats, struct abi_precopy_stats, dirty_count);

SAME_SIZE(struct save_callbacks, struct abi_save_callbacks);
SAME(struct save_callbacks, struct abi_save_callbacks, suspend);
SAME(struct save_callbacks, struct abi_save_callbacks, precopy_policy);
SAME(struct save_callbacks, struct abi_save_callbacks, postcopy);
SAME(struct save_callbacks, struct abi_save_callbacks, checkpoint);
SAME(struct save_callbacks, struct abi_save_callbacks, wait_checkpoint);
SAME(struct save_callbacks, struct abi_save_callbacks, switch_qemu_logdirty);
SAME(struct save_callbacks, struct abi_save_callbacks, data);

SAME_SIZE(struct xc_hypercall_buffer, struct abi_hypercall_buffer);
SAME(struct xc_hypercall_buffer, struct abi_hypercall_buffer, hbuf);
SAME(struct xc_hypercall_buffer, struct abi_hypercall_buffer, param_shadow);

SAME_SIZE(xc_shadow_op_stats_t, struct abi_shadow_op_stats);
SAME(xc_shadow_op_stats_t, struct abi_shadow_op_stats, fault_count);
SAME(xc_shadow_op_stats_t, struct abi_shadow_op_stats, dirty_count);

SAME_SIZE(struct xc_domain_meminfo, struct abi_domain_meminfo);
SAME(struct xc_domain_meminfo, struct abi_domain_meminfo, guest_width);
SAME(struct xc_domain_meminfo, struct abi_domain_meminfo, pfn_type);
SAME(struct xc_domain_meminfo, struct abi_domain_meminfo, p2m_table);
SAME(struct xc_domain_meminfo, struct abi_domain_meminfo, p2m_size);
SAME(struct xc_domain_meminfo, struct abi_domain_meminfo, p2m_frames);

EQUAL(XGS_POLICY_ABORT, ABI_POLICY_ABORT);
EQUAL(XGS_POLICY_CONTINUE_PRECOPY, ABI_POLICY_CONTINUE);
EQUAL(XGS_POLICY_STOP_AND_COPY, ABI_POLICY_STOP);
EQUAL(XC_STREAM_PLAIN, ABI_STREAM_PLAIN);
EQUAL(XEN_DOMCTL_SHADOW_OP_OFF, ABI_SHADOW_OFF);
EQUAL(XEN_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY, ABI_SHADOW_ENABLE_LOGDIRTY);
EQUAL(XEN_DOMCTL_SHADOW_OP_CLEAN, ABI_SHADOW_CLEAN);
EQUAL(XEN_DOMCTL_SHADOW_OP_PEEK, ABI_SHADOW_PEEK);
EQUAL(XEN_DOMCTL_SHADOW_LOGDIRTY_FINAL, ABI_LOGDIRTY_FINAL);
EQUAL(XEN_DOMCTL_PFINFO_LTAB_SHIFT, ABI_TYPE_SHIFT);
EQUAL(XEN_DOMCTL_PFINFO_L1TAB >> ABI_TYPE_SHIFT, ABI_TYPE_L1);
EQUAL(XEN_DOMCTL_PFINFO_L4TAB >> ABI_TYPE_SHIFT, ABI_TYPE_L4);
EQUAL(XEN_DOMCTL_PFINFO_LTABTYPE_MASK >> ABI_TYPE_SHIFT, ABI_TYPE_TABLE_MASK);
EQUAL(XEN_DOMCTL_PFINFO_BROKEN >> ABI_TYPE_SHIFT, ABI_TYPE_BROKEN);
EQUAL(XEN_DOMCTL_PFINFO_XTAB >> ABI_TYPE_SHIFT, ABI_TYPE_XTAB);
SAME(xen_domctl_getdomaininfo_t, struct abi_getdomaininfo, domain);
SAME(xen_domctl_getdomaininfo_t, struct abi_getdomaininfo, flags);
SAME(xen_domctl_getdomaininfo_t, struct abi_getdomaininfo, shared_info_frame);
EQUAL(XEN_DOMINF_hvm_guest, ABI_DOMINF_HVM_GUEST);
EQUAL(XEN_DOMINF_shutdown, ABI_DOMINF_SHUTDOWN);
EQUAL(offsetof(struct vcpu_guest_context, user_regs.rdx), ABI_VCPU_CONTEXT_RDX);
EQUAL(offsetof(struct vcpu_guest_context, ctrlreg[3]), ABI_VCPU_CONTEXT_CR3);
EQUAL(offsetof(struct start_info, store_mfn), ABI_START_INFO_STORE_MFN);
EQUAL(offsetof(struct start_info, console.domU.mfn), ABI_START_INFO_CONSOLE_MFN);
EQUAL(offsetof(struct shared_info, arch.max_pfn), ABI_SHARED_INFO_MAX_PFN);
EQUAL(offsetof(struct shared_info, arch.p2m_vaddr), ABI_SHARED_INFO_P2M_VADDR);
EQUAL(HVM_PARAM_STORE_PFN, ABI_HVM_STORE_PFN);
EQUAL(HVM_PARAM_IOREQ_PFN, ABI_HVM_IOREQ_PFN);
EQUAL(HVM_PARAM_BUFIOREQ_PFN, ABI_HVM_BUFIOREQ_PFN);
EQUAL(HVM_PARAM_CONSOLE_PFN, ABI_HVM_CONSOLE_PFN);

EQUAL(XC_PAGE_SIZE, ABI_PAGE_SIZE);

int main(void)
{
    puts("the mirrored structures are those of the installed headers");
    return 0;
}
