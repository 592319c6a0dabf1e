/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "window.h"

#include "library.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

/* How long a mapping waits for readers: a read copies one page, so only a descheduled reader comes near this. */
#define MAP_WAIT_MS 500

struct vmc_window {
    pthread_rwlock_t lock; /* readers copy, writers change what is mapped */
    void *address;
    bool ours;          /* the range holds our reservation or our mapping; if not, nothing may be put over it */
    size_t pages;       /* reserved */
    size_t count;       /* mapped now, holes included; 0: unmapped */
    int32_t generation; /* of the current mapping; 0: none */
    uint64_t present[]; /* one bit a page: has a frame */
};

static size_t words(size_t pages) { return (pages + 63) / 64; }

/* Shared, though nobody shares it: such a mapping has a file of its own inside the kernel, so that is_reserved can know it again. */
static void *reserve_at(void *address, size_t pages, int flags) {
    return mmap(address, pages * VMC_PAGE_SIZE, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);
}

/*
 * Whether the first pages of the range hold a reservation of ours. Nothing else in this process is shared, anonymous and inaccessible.
 * Source: Linux mm/shmem.c, shmem_zero_setup (the name), fs/proc/task_mmu.c, show_map_vma (the line).
 */
static bool is_reserved(const struct vmc_window *window, size_t pages) {
    FILE *maps = fopen("/proc/self/maps", "re");
    uintptr_t first = (uintptr_t)window->address;
    char line[512];
    bool found = false;
    while (maps != NULL && !found && fgets(line, sizeof line, maps) != NULL) {
        uintptr_t start, end;
        char permissions[5], name[32] = "";
        int fields = sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s %*s %*s %*s %31s", &start, &end, permissions, name);
        found = fields == 4 && start == first && end >= first + pages * VMC_PAGE_SIZE
                && end <= first + window->pages * VMC_PAGE_SIZE && strcmp(permissions, "---s") == 0
                && strcmp(name, "/dev/zero") == 0;
    }
    if (maps != NULL) {
        fclose(maps);
    }
    return found;
}

/* Takes the first pages of the range again, if they are free or still ours; the others are. If not, the whole range is let go. */
static void take_back(struct vmc_window *window, size_t pages) {
    window->ours = reserve_at(window->address, pages, MAP_FIXED_NOREPLACE) == window->address || is_reserved(window, pages);
    if (!window->ours && pages < window->pages) {
        munmap((char *)window->address + pages * VMC_PAGE_SIZE, (window->pages - pages) * VMC_PAGE_SIZE);
    }
}

struct vmc_window *vmc_window_reserve(size_t pages) {
    if (pages == 0 || pages > VMC_WINDOW_PAGES_MAX) {
        errno = EINVAL;
        return NULL;
    }
    struct vmc_window *window = calloc(1, sizeof *window + words(pages) * sizeof window->present[0]);
    if (window == NULL) {
        return NULL;
    }
    window->address = reserve_at(NULL, pages, 0);
    if (window->address == MAP_FAILED) {
        free(window);
        return NULL;
    }
    window->pages = pages;
    window->ours = true;
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    /* A stream of readers must not keep an unmap waiting: quiesce has a deadline. */
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&window->lock, &attributes);
    pthread_rwlockattr_destroy(&attributes);
    return window;
}

void vmc_window_release(struct vmc_window *window) {
    if (window->ours) {
        munmap(window->address, window->pages * VMC_PAGE_SIZE);
    }
    pthread_rwlock_destroy(&window->lock);
    free(window);
}

static int lock_for_change(struct vmc_window *window, int timeout_ms) {
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += timeout_ms / 1000;
    end.tv_nsec += (long)(timeout_ms % 1000) * 1000000L;
    if (end.tv_nsec >= 1000000000L) {
        end.tv_sec++;
        end.tv_nsec -= 1000000000L;
    }
    /* Monotonic: the wall clock jumps when the guard is restored elsewhere. */
    return pthread_rwlock_clockwrlock(&window->lock, CLOCK_MONOTONIC, &end);
}

static void forget(struct vmc_window *window) {
    window->count = 0;
    window->generation = 0;
    for (size_t i = 0; i < words(window->pages); i++) {
        window->present[i] = 0;
    }
}

/* Notes which pages have a frame. Returns 0, or the errno of a page that tells of more than a hole. */
static int note_pages(struct vmc_window *window, const int errs[], size_t count, size_t *holes) {
    *holes = 0;
    for (size_t i = 0; i < count; i++) {
        int err = errs[i] < 0 ? -errs[i] : errs[i];
        if (err == EPERM || err == EACCES || err == ESRCH || err == ENOMEM) {
            return err;
        }
        if (err != 0) {
            ++*holes;
        } else {
            window->present[i / 64] |= UINT64_C(1) << (i % 64);
        }
    }
    return 0;
}

/* Puts the empty reservation in place of whatever the window shows; one call, so the range is never free in between. */
static void show_nothing(struct vmc_window *window) {
    forget(window);
    if (window->ours) {
        reserve_at(window->address, window->pages, MAP_FIXED);
    }
}

static int map_locked(struct vmc_window *window, const struct vmc_frames *frames, int errs[], size_t *holes) {
    const struct vmc_library *library = vmc_library();
    show_nothing(window);
    if (!window->ours) {
        take_back(window, window->pages); /* what was faster then may be gone by now */
    }
    if (library == NULL || !window->ours) {
        return library == NULL ? ENODEV : EADDRINUSE;
    }
    errno = 0;
    void *mapped = library->map2(library->handle, frames->domid, window->address, PROT_READ, MAP_FIXED, frames->count,
                                 frames->gfns, errs);
    if (mapped != window->address) {
        int rc = errno != 0 ? errno : EIO;
        /*
         * The library has unmapped the frames if privcmd refused them, but has left all as it was if its own mmap failed. In the first
         * case another thread's mmap can have been faster: then the range is not ours and must not be mapped over until it is free again.
         * Source: Xen tools/libs/foreignmemory/linux.c, osdep_xenforeignmemory_map.
         */
        take_back(window, frames->count);
        if (!window->ours) {
            rc = EADDRINUSE;
        }
        return rc;
    }
    int rc = note_pages(window, errs, frames->count, holes);
    if (rc != 0) {
        show_nothing(window);
    }
    return rc;
}

int vmc_window_map(struct vmc_window *window, const struct vmc_frames *frames, int32_t generation, size_t *holes) {
    if (frames->count == 0 || frames->count > window->pages || generation == 0) {
        return EINVAL;
    }
    int *errs = calloc(frames->count, sizeof *errs);
    if (errs == NULL) {
        return ENOMEM;
    }
    int rc = lock_for_change(window, MAP_WAIT_MS);
    if (rc == 0) {
        rc = map_locked(window, frames, errs, holes);
        if (rc == 0) {
            window->count = frames->count;
            window->generation = generation;
        }
        pthread_rwlock_unlock(&window->lock);
    }
    free(errs);
    return rc;
}

int vmc_window_unmap(struct vmc_window *window, int timeout_ms) {
    int rc = lock_for_change(window, timeout_ms);
    if (rc == 0) {
        if (window->count != 0) {
            show_nothing(window);
        }
        pthread_rwlock_unlock(&window->lock);
    }
    return rc;
}

const void *vmc_window_address(const struct vmc_window *window) { return window->address; }

int vmc_window_begin_read(struct vmc_window *window, int32_t generation, uint64_t at, size_t length, const void **data) {
    if (length > VMC_PAGE_SIZE || at % VMC_PAGE_SIZE + length > VMC_PAGE_SIZE) {
        return ERANGE;
    }
    uint64_t page = at / VMC_PAGE_SIZE;
    pthread_rwlock_rdlock(&window->lock);
    int rc = 0;
    if (window->count == 0 || generation == 0 || window->generation != generation) {
        rc = ESTALE;
    } else if (page >= window->count) {
        rc = ERANGE;
    } else if ((window->present[page / 64] >> (page % 64) & 1) == 0) {
        rc = ENODATA;
    }
    if (rc != 0) {
        pthread_rwlock_unlock(&window->lock);
        return rc;
    }
    *data = (const char *)window->address + at;
    return 0;
}

void vmc_window_end_read(struct vmc_window *window) { pthread_rwlock_unlock(&window->lock); }

size_t vmc_window_count(struct vmc_window *window) {
    pthread_rwlock_rdlock(&window->lock);
    size_t count = window->count;
    pthread_rwlock_unlock(&window->lock);
    return count;
}
