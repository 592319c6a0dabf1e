/* SPDX-License-Identifier: Apache-2.0 */
/* A process besides the agent that maps one page of the target when dom0 asks for it, for the test that the agent then
 * refuses to quiesce. Request: xenstore node data/lab/hold, "DOMID GFN", or "release". Answer: data/lab/held, "held",
 * "released" or "failed ERRNO". */
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
