/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/*
 * libxenforeignmemory for tests: domain N is the file N.mem in the folder named by VMCOUPLER_FILE_MEMORY, one frame after the
 * other; a frame behind the file's end is a hole, as is one listed in N.holes (decimal, one a line). No file: no such domain. Holes are
 * mapped without access, so that touching one kills the test as it would kill the agent. The folder is read at every call.
 *
 * N.fail says how a mapping fails: "mmap" as if the library's own mmap failed, which leaves what was there; "privcmd" as if privcmd refused,
 * whereupon the library unmaps; "race" the same, and another thread's mmap gets the first page; "pages" each frame is refused by itself.
 * Source: Xen tools/libs/foreignmemory/linux.c, osdep_xenforeignmemory_map.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define PAGE ((size_t)4096)
#define HOLES_MAX 64

void *xenforeignmemory_open(void *logger, unsigned flags);
void *xenforeignmemory_map2(void *handle, uint32_t domid, void *addr, int prot, int flags, size_t pages, const uint64_t gfns[],
                            int errs[]);

static size_t read_holes(const char *folder, uint32_t domid, uint64_t holes[]) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%u.holes", folder, domid);
    FILE *file = fopen(path, "re");
    size_t count = 0;
    if (file != NULL) {
        unsigned long long hole;
        while (count < HOLES_MAX && fscanf(file, "%llu", &hole) == 1) {
            holes[count++] = hole;
        }
        fclose(file);
    }
    return count;
}

static int is_hole(uint64_t gfn, uint64_t frames, const uint64_t holes[], size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (holes[i] == gfn) {
            return 1;
        }
    }
    return gfn >= frames;
}

static void read_failure(const char *folder, uint32_t domid, char kind[16]) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%u.fail", folder, domid);
    FILE *file = fopen(path, "re");
    kind[0] = '\0';
    if (file != NULL) {
        if (fscanf(file, "%15s", kind) != 1) {
            kind[0] = '\0';
        }
        fclose(file);
    }
}

/* Fails as the library would; 0 when it would not. */
static int fail(const char *kind, void *addr, size_t pages) {
    if (strcmp(kind, "mmap") == 0) {
        errno = ENOMEM;
        return 1;
    }
    if (strcmp(kind, "privcmd") != 0 && strcmp(kind, "race") != 0) {
        return 0;
    }
    munmap(addr, pages * PAGE);
    if (strcmp(kind, "race") == 0) {
        mmap(addr, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    }
    errno = EPERM;
    return 1;
}

EXPORT void *xenforeignmemory_open(void *logger, unsigned flags) {
    (void)logger;
    (void)flags;
    static int handle;
    return &handle;
}

EXPORT void *xenforeignmemory_map2(void *handle, uint32_t domid, void *addr, int prot, int flags, size_t pages,
                                   const uint64_t gfns[], int errs[]) {
    (void)handle;
    const char *folder = getenv("VMCOUPLER_FILE_MEMORY");
    char path[4096];
    snprintf(path, sizeof path, "%s/%u.mem", folder != NULL ? folder : ".", domid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0) {
        munmap(addr, pages * PAGE); /* as the real one does */
        errno = ESRCH;
        return NULL;
    }
    char kind[16];
    read_failure(folder != NULL ? folder : ".", domid, kind);
    if (fail(kind, addr, pages)) {
        close(fd);
        return NULL;
    }
    uint64_t holes[HOLES_MAX];
    size_t hole_count = read_holes(folder != NULL ? folder : ".", domid, holes);
    char *base = mmap(addr, pages * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | (flags & MAP_FIXED), -1, 0);
    for (size_t i = 0; i < pages; i++) {
        errs[i] = is_hole(gfns[i], (uint64_t)status.st_size / PAGE, holes, hole_count) ? -EINVAL : 0;
        if (errs[i] == 0 && mmap(base + i * PAGE, PAGE, prot, MAP_SHARED | MAP_FIXED, fd, (off_t)(gfns[i] * PAGE)) == MAP_FAILED) {
            errs[i] = -ENOMEM;
        }
        errs[i] = strcmp(kind, "pages") == 0 ? -EPERM : errs[i];
    }
    close(fd);
    return base;
}
