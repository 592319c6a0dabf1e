/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef VMC_INTROSPECT_SCAN_H
#define VMC_INTROSPECT_SCAN_H

#include "window.h"

/* What a page is taken for, by its own bytes: a hostile target can forge either, so a find is a place to look at, not a proof. */
enum vmc_page_kind {
    VMC_PAGE_COUNTER = 1,    /* docs/guard-protocol.md, "The counter page" */
    VMC_PAGE_VMCOREINFO = 2, /* VMCOREINFO text at offset 0, or behind its ELF note header at offset 24 */
};

/*
 * Finds the next page of that kind at or after page from. The window's readers' lock is taken per page, so an unmap waits for one
 * page at most. Returns 0 and sets *found, -1 when there is none; or ESTALE, EINVAL.
 */
int vmc_scan(struct vmc_window *window, int32_t generation, enum vmc_page_kind kind, size_t from, int64_t *found);

/* Whether these VMC_PAGE_SIZE bytes are a page of that kind. */
bool vmc_page_is(const unsigned char *page, enum vmc_page_kind kind);

#endif
