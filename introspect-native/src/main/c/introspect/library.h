/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef VMC_INTROSPECT_LIBRARY_H
#define VMC_INTROSPECT_LIBRARY_H

#include <stddef.h>
#include <stdint.h>

/*
 * libxenforeignmemory, loaded at run time so that everything builds and is tested where no Xen is installed.
 * Source: Xen tools/libs/foreignmemory/include/xenforeignmemory.h (VERS_1.2 has map2).
 */
struct vmc_library {
    void *(*map2)(void *handle, uint32_t domid, void *addr, int prot, int flags, size_t pages, const uint64_t gfns[],
                  int errs[]);
    void *handle;
};

/* Loads the library and opens privcmd, once per process: a later call with success behind it does nothing. Returns 0, ELIBACC
 * (the library or a symbol of it is missing; the reason is in vmc_library_error) or the errno of opening privcmd. */
int vmc_library_open(const char *path);

/* The opened library, or NULL before the first success. */
const struct vmc_library *vmc_library(void);

/* Why vmc_library_open failed with ELIBACC; valid until the next call of it. */
const char *vmc_library_error(void);

#endif
