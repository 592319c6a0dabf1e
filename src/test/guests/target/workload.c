/* SPDX-License-Identifier: Apache-2.0 */
/* The target's workload: a counter in a page of known form (docs/guard-protocol.md), and pages dirtied at a given rate.
 * usage: workload PAGES_PER_SECOND PAGES PAGES_MAX. The rate, and behind a blank the number of pages that are dirtied in a ring, can be changed at run
 * time through the xenstore node data/dirty. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "../shared/xenstore.h"

enum { PAGE_BYTES = 4096, RATE_MAX = 1000000, CATCH_UP_NS = 50000000 };

static atomic_long pages_per_second;
static atomic_size_t ring_pages;
static size_t ring_pages_max;

/* Whole page allocated alone and locked, so that its frame stays the same for the guest's life. */
static volatile uint64_t *make_counter_page(void)
{
    void *page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED || mlock(page, PAGE_BYTES))
        return NULL;
    volatile uint64_t *word = page;
    word[1] = 0;
    word[2] = 0x1122334455667788;
    word[3] = 0xfeedfacecafebeef;
    word[0] = 0x564d434f55504c52;
    word[4] = word[0] ^ word[2];
    return word;
}

/* A node that is not there leaves the rate as it is: after a move to another domain the node has to be written anew. */
static void *follow_rate(void *unused)
{
    char value[32];
    int fd = xenstore_open();
    if (fd < 0 || xenstore_watch(fd, "data/dirty")) {
        puts("workload: no xenstore, the rate stays as it is");
        return unused;
    }
    while (xenstore_wait(fd) == 0) {
        if (xenstore_read(fd, "data/dirty", value, sizeof value) <= 0)
            continue;
        char *behind;
        long rate = strtol(value, &behind, 10);
        size_t ring = strtoul(behind, NULL, 10);
        if (ring > 0 && ring <= ring_pages_max)
            atomic_store(&ring_pages, ring);
        if (rate >= 0 && rate <= RATE_MAX && rate != atomic_load(&pages_per_second)) {
            atomic_store(&pages_per_second, rate);
            printf("workload: dirtying %ld pages per second of %zu\n", rate, atomic_load(&ring_pages));
        }
    }
    return unused;
}

static long elapsed_ns(struct timespec *last)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long ns = (now.tv_sec - last->tv_sec) * 1000000000L + now.tv_nsec - last->tv_nsec;
    *last = now;
    /* What was missed while the guest did not run is not caught up. */
    return ns < CATCH_UP_NS ? ns : CATCH_UP_NS;
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc != 4)
        return 2;
    atomic_store(&pages_per_second, strtol(argv[1], NULL, 10));
    size_t at = 0;
    atomic_store(&ring_pages, strtoul(argv[2], NULL, 10));
    ring_pages_max = strtoul(argv[3], NULL, 10);
    volatile uint64_t *counter = make_counter_page();
    unsigned char *area =
        mmap(NULL, ring_pages_max * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pthread_t follower;
    if (counter == NULL || area == MAP_FAILED || ring_pages == 0 || ring_pages > ring_pages_max || pthread_create(&follower, NULL, follow_rate, NULL)) {
        puts("workload: cannot start");
        return 1;
    }
    printf("workload: counting, dirtying %ld pages per second\n", atomic_load(&pages_per_second));
    struct timespec last;
    clock_gettime(CLOCK_MONOTONIC, &last);
    const struct timespec tick = {.tv_nsec = 50000000};
    for (double due = 0;;) {
        counter[1]++;
        due += (double)atomic_load(&pages_per_second) * (double)elapsed_ns(&last) / 1e9;
        for (; due >= 1; due--) {
            at = (at + 1) % atomic_load(&ring_pages);
            area[at * PAGE_BYTES]++;
        }
        nanosleep(&tick, NULL);
    }
}
