/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells whether Xen's record of dirty pages is still the one that was begun. Any other save of the domain switches log-dirty off and on when it
 * begins, and off when it ends, each of which empties the record without an error for anybody. So one page that is always there, that of
 * xenstore, is marked as dirty behind each reading: a next reading without it lacks others too. For PVH and HVM; one save per process.
 *
 * Source: tools/libs/guest/xg_sr_save.c, enable_logdirty() and cleanup(); xen/arch/x86/mm/paging.c, paging_log_dirty_op();
 * xen/arch/x86/hvm/dm.c, modified_memory().
 */
#ifndef VMCOUPLER_DIRTY_CANARY_H
#define VMCOUPLER_DIRTY_CANARY_H

#include <stdbool.h>
#include <stdint.h>

#include "xen_abi.h"

/** Marks the page, from now on in the record that is on. Without effect for a domain that has none, which is logged. Keeps errno. */
void dirty_canary_mark(abi_xc_interface *xch, uint32_t domid);

/** Whether BITMAP, a reading of PAGES bits, lacks the page although it was marked. */
bool dirty_canary_is_missing(const void *bitmap, unsigned long pages);

/** Forgets that it was marked. */
void dirty_canary_forget(void);

#endif
