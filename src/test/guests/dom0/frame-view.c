/* SPDX-License-Identifier: Apache-2.0 */
/* usage: frame-view DOMID GFN SECONDS. How a frame of the target looks to one who maps it once and keeps that view, and to one who maps it afresh:
 * the second 64-bit word of both, which counts in the counter page (docs/guard-protocol.md), and how many pages Xen says the domain has; a line
 * at once, one when the two views differ first, and one at the end. SECONDS 0: one line. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <xenctrl.h>
#include <xenforeignmemory.h>

static xc_interface *xch;
static xenforeignmemory_handle *memory;
static uint32_t domid;
static xen_pfn_t gfn;

static volatile uint64_t *view(void)
{
    volatile uint64_t *page = xenforeignmemory_map(memory, domid, PROT_READ, 1, &gfn, NULL);
    if (page == NULL) {
        perror("frame-view: xenforeignmemory_map");
        exit(1);
    }
    return page;
}

static uint64_t fresh(void)
{
    volatile uint64_t *page = view();
    uint64_t word = page[1];
    xenforeignmemory_unmap(memory, (void *)page, 1);
    return word;
}

static void tell(uint64_t kept, uint64_t now)
{
    xc_dominfo_t info;
    if (xc_domain_getinfo(xch, domid, 1, &info) != 1 || info.domid != domid) {
        fprintf(stderr, "frame-view: no domain %u\n", domid);
        exit(1);
    }
    printf("kept %llu fresh %llu pages %lu\n", (unsigned long long)kept, (unsigned long long)now, info.nr_pages);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    const struct timespec pause = {.tv_nsec = 100000000};
    if (argc != 4) {
        fprintf(stderr, "usage: frame-view DOMID GFN SECONDS\n");
        return 2;
    }
    domid = (uint32_t)atoi(argv[1]);
    gfn = strtoull(argv[2], NULL, 10);
    time_t end = time(NULL) + atoi(argv[3]);
    xch = xc_interface_open(NULL, NULL, 0);
    memory = xenforeignmemory_open(NULL, 0);
    if (xch == NULL || memory == NULL) {
        perror("frame-view");
        return 1;
    }
    volatile uint64_t *kept = view();
    uint64_t now = fresh();
    tell(now, now);
    for (int differ = 0; time(NULL) < end; nanosleep(&pause, NULL)) {
        /* The kept view is read last: where both show the same frame it is not behind the fresh one. */
        now = fresh();
        uint64_t old = kept[1];
        if (!differ && old < now)
            tell(old, now);
        differ |= old < now;
    }
    if (atoi(argv[3]) > 0)
        tell(kept[1], fresh());
    return 0;
}
