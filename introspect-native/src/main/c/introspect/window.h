/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef VMC_INTROSPECT_WINDOW_H
#define VMC_INTROSPECT_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VMC_PAGE_SIZE ((size_t)4096)
#define VMC_WINDOW_PAGES_MAX ((size_t)65536)

/*
 * A range of this process's address space through which frames of a domain are seen, read-only.
 *
 * The range is reserved once and stays at its address until released: between two mappings it holds an inaccessible
 * mapping, so that nothing else moves in and pointers kept by a check stay meaningful. Each mapping has a generation; a read
 * names the generation it means and fails with ESTALE after an unmap. A page without a frame (a hole) is never touched: its
 * page-table entry is empty and an access would raise SIGBUS.
 * Source: Linux drivers/xen/privcmd.c: privcmd_fault (SIGBUS), privcmd_may_split (a mapping is dropped as a whole).
 *
 * Any thread may call any function but release, which needs all other users gone.
 */
struct vmc_window;

/* Reserves pages (1 to VMC_WINDOW_PAGES_MAX) of address space. Returns NULL with errno set on failure. */
struct vmc_window *vmc_window_reserve(size_t pages);

/* Unmaps, gives the address range back and frees the window. */
void vmc_window_release(struct vmc_window *window);

/* Frames of a domain: gfns[0] to gfns[count - 1]. */
struct vmc_frames {
    uint32_t domid;
    size_t count;
    const uint64_t *gfns;
};

/*
 * Maps frames, at most as many as were reserved, in place of what the window shows now; reads have to name generation (not 0)
 * from then on. Returns 0 and the number of holes, or ETIMEDOUT (a reader holds on: unchanged), or an errno, with nothing mapped:
 * EPERM the caller may not map that domain, ESRCH there is no such domain, EINVAL bad count or generation, EADDRINUSE
 * another mapping of this process has the range; the window takes it again as soon as it is free.
 */
int vmc_window_map(struct vmc_window *window, const struct vmc_frames *frames, int32_t generation, size_t *holes);

/* Unmaps; waits for readers at most timeout_ms. Returns 0, or ETIMEDOUT (unchanged). Unmapping twice is no error. */
int vmc_window_unmap(struct vmc_window *window, int timeout_ms);

/* First address of the window, for logs and tests; never to be read through. */
const void *vmc_window_address(const struct vmc_window *window);

/*
 * Begins a read of length bytes at byte offset at, which lies within one page. On success the bytes are at *data until
 * vmc_window_end_read. Returns 0, ESTALE (other generation, or unmapped), ENODATA (hole), or ERANGE; after an error there is
 * nothing to end.
 */
int vmc_window_begin_read(struct vmc_window *window, int32_t generation, uint64_t at, size_t length, const void **data);

void vmc_window_end_read(struct vmc_window *window);

/* Number of frames that the window maps now, holes included; 0 when unmapped. */
size_t vmc_window_count(struct vmc_window *window);

#endif
