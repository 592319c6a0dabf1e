/* SPDX-License-Identifier: Apache-2.0 */
/* A process besides the agent that maps one page of the target when dom0 asks for it, for the test that the agent then
 * refuses to quiesce. Request: xenstore node data/lab/hold, "DOMID GFN", "release", or "memory". Answer:
 * data/lab/held, "held", "released", "java KIB available KIB" (the agent's resident memory, the guard's free one), or
 * "failed ERRNO". */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../shared/xenstore.h"

/* Source: Linux include/uapi/xen/privcmd.h */
struct privcmd_mmapbatch_v2 {
    unsigned int num;
    uint16_t dom;
    uint64_t addr;
    const uint64_t *arr;
    int *err;
};
#define IOCTL_PRIVCMD_MMAPBATCH_V2 _IOC(_IOC_NONE, 'P', 4, sizeof(struct privcmd_mmapbatch_v2))

enum { PAGE_BYTES = 4096 };
static void *held = MAP_FAILED;

static void release(void)
{
    if (held != MAP_FAILED)
        munmap(held, PAGE_BYTES);
    held = MAP_FAILED;
}

/* 0, or an errno value; on failure nothing is mapped. The mapping outlives the descriptor. */
static int hold(unsigned domid, uint64_t gfn)
{
    int error = 0, fd = open("/dev/xen/privcmd", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return errno;
    release();
    held = mmap(NULL, PAGE_BYTES, PROT_READ, MAP_SHARED, fd, 0);
    struct privcmd_mmapbatch_v2 batch = {1, (uint16_t)domid, (uintptr_t)held, &gfn, &error};
    int failure = held == MAP_FAILED                               ? errno
                  : ioctl(fd, IOCTL_PRIVCMD_MMAPBATCH_V2, &batch) ? errno
                                                                   : -error;
    close(fd);
    if (failure)
        release();
    return failure;
}

/* The number behind "NAME:" in a file of /proc, in KiB; -1 if there is none. */
static long number(const char *path, const char *name)
{
    char line[256];
    long found = -1;
    FILE *file = fopen(path, "re");
    while (file && found < 0 && fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0)
            sscanf(line + strlen(name), ": %ld", &found);
    if (file)
        fclose(file);
    return found;
}

/* Resident memory of the process of this name, in KiB; -1 if there is none. */
static long resident(const char *name)
{
    char path[64], comm[32];
    long found = -1;
    struct dirent *entry;
    DIR *proc = opendir("/proc");
    while (proc && found < 0 && (entry = readdir(proc))) {
        snprintf(path, sizeof path, "/proc/%.20s/comm", entry->d_name);
        FILE *file = fopen(path, "re");
        if (!file)
            continue;
        if (fgets(comm, sizeof comm, file) && strncmp(comm, name, strlen(name)) == 0) {
            snprintf(path, sizeof path, "/proc/%.20s/status", entry->d_name);
            found = number(path, "VmRSS");
        }
        fclose(file);
    }
    if (proc)
        closedir(proc);
    return found;
}

int main(void)
{
    char request[64], answer[64];
    unsigned domid;
    unsigned long long gfn;
    int fd = xenstore_open();
    if (fd < 0 || xenstore_watch(fd, "data/lab/hold"))
        return 1;
    while (xenstore_wait(fd) == 0) {
        if (xenstore_read(fd, "data/lab/hold", request, sizeof request) <= 0)
            continue;
        if (strcmp(request, "release") == 0) {
            release();
            snprintf(answer, sizeof answer, "released");
        } else if (strcmp(request, "memory") == 0) {
            snprintf(answer, sizeof answer, "java %ld available %ld", resident("java"),
                     number("/proc/meminfo", "MemAvailable"));
        } else if (sscanf(request, "%u %llu", &domid, &gfn) == 2) {
            int failure = hold(domid, gfn);
            if (failure)
                snprintf(answer, sizeof answer, "failed %d", failure);
            else
                snprintf(answer, sizeof answer, "held");
        } else {
            snprintf(answer, sizeof answer, "failed %d", EINVAL);
        }
        xenstore_write(fd, "data/lab/held", answer);
    }
    return 1;
}
