/* SPDX-License-Identifier: Apache-2.0 */
/* Source: Xen xen/include/public/memory.h (XENMEM_*), sched.h (SCHEDOP_shutdown); xen/arch/x86/mm/p2m.c, xenmem_add_to_physmap_one (the frame
 * that was there is freed as soon as nobody maps it any more); Linux include/uapi/xen/privcmd.h, Documentation/admin-guide/mm/pagemap.rst. */
#define __XEN_TOOLS__ 1 /* the newest interface */
#include "hostile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <xen/xen.h>
#include <xen/memory.h>
#include <xen/sched.h>

struct privcmd_hypercall {
    uint64_t op;
    uint64_t arg[5];
};
#define IOCTL_PRIVCMD_HYPERCALL _IOC(_IOC_NONE, 'P', 0, sizeof(struct privcmd_hypercall))

enum { PAGE_BYTES = 4096 };
static const uint64_t PFN_MASK = (1ULL << 55) - 1;

/* What Xen returns, or -1 with errno set. The argument must be in memory that is there. */
static int hypercall(unsigned long op, unsigned long command, void *argument)
{
    struct privcmd_hypercall call = {.op = op, .arg = {command, (uintptr_t)argument}};
    int fd = open("/dev/xen/privcmd", O_RDWR | O_CLOEXEC);
    int result = fd < 0 ? -1 : ioctl(fd, IOCTL_PRIVCMD_HYPERCALL, &call);
    int error = errno;
    if (fd >= 0)
        close(fd);
    errno = error;
    return result;
}

/* The frame number under an address of this process, 0 if it cannot be told. */
static uint64_t gfn_of(const void *address)
{
    uint64_t entry = 0;
    int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    if (fd < 0 || pread(fd, &entry, sizeof entry, (off_t)((uintptr_t)address / PAGE_BYTES * sizeof entry)) != sizeof entry)
        entry = 0;
    if (fd >= 0)
        close(fd);
    return entry & PFN_MASK;
}

/* 0, or -1 if Xen did not do it to the one frame. */
static int reservation(unsigned command, uint64_t gfn)
{
    xen_pfn_t extent = gfn;
    struct xen_memory_reservation wanted = {.nr_extents = 1, .domid = DOMID_SELF};
    set_xen_guest_handle(wanted.extent_start, &extent);
    return hypercall(__HYPERVISOR_memory_op, command, &wanted) == 1 ? 0 : -1;
}

/* The spare frame goes under the page; the hole that it leaves is filled, so that this kernel can use all of its memory. */
static int swap_gmfn(void *page)
{
    static void *spare;
    if (spare == NULL) {
        spare = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (spare == MAP_FAILED || mlock(spare, PAGE_BYTES)) {
            spare = NULL;
            return -1;
        }
    }
    memcpy(spare, page, PAGE_BYTES);
    struct xen_add_to_physmap move = {
        .domid = DOMID_SELF, .space = XENMAPSPACE_gmfn, .idx = gfn_of(spare), .gpfn = gfn_of(page)};
    if (move.idx == 0 || move.gpfn == 0 || hypercall(__HYPERVISOR_memory_op, XENMEM_add_to_physmap, &move))
        return -1;
    return reservation(XENMEM_populate_physmap, move.idx);
}

static int swap_balloon(void *page)
{
    static unsigned char kept[PAGE_BYTES];
    uint64_t gfn = gfn_of(page);
    memcpy(kept, page, PAGE_BYTES);
    if (gfn == 0 || reservation(XENMEM_decrease_reservation, gfn) || reservation(XENMEM_populate_physmap, gfn))
        return -1;
    memcpy(page, kept, PAGE_BYTES);
    return 0;
}

int hostile_swap(const char *how, void *page)
{
    int failed = strncmp(how, "balloon", strlen("balloon")) == 0 ? swap_balloon(page) : swap_gmfn(page);
    if (failed)
        printf("hostile: no swap by %s: %s\n", how, strerror(errno));
    else
        printf("hostile: another frame under %lx by %s\n", (unsigned long)gfn_of(page), how);
    return failed;
}

int hostile_suspend(unsigned times, unsigned pause_ms)
{
    const struct timespec pause = {.tv_sec = pause_ms / 1000, .tv_nsec = (long)(pause_ms % 1000) * 1000000};
    for (unsigned i = 1; i <= times; i++) {
        struct sched_shutdown how = {.reason = SHUTDOWN_suspend};
        if (hypercall(__HYPERVISOR_sched_op, SCHEDOP_shutdown, &how) < 0) {
            printf("hostile: no suspend: %s\n", strerror(errno));
            return -1;
        }
        printf("hostile: resumed after suspend %u of %u\n", i, times);
        nanosleep(&pause, NULL);
    }
    return 0;
}
