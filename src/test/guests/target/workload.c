/* SPDX-License-Identifier: Apache-2.0 */
/* The target's workload: a counter in a page of known form (docs/guard-protocol.md), and pages dirtied at a given rate.
 * usage: workload PAGES_PER_SECOND PAGES PAGES_MAX. What it does can be changed at run time through nodes of xenstore: data/dirty, the rate, and
 * behind a blank the number of pages that are dirtied in a ring; data/swap, "gmfn N" or "balloon N", another frame under the counter page;
 * data/suspend, "TIMES PAUSE_MS N", suspends that nobody asked for. N is any word that differs from the last one. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "../shared/xenstore.h"
#include "hostile.h"

enum { PAGE_BYTES = 4096, RATE_MAX = 1000000, CATCH_UP_NS = 50000000 };

static atomic_long pages_per_second;
static atomic_size_t ring_pages;
static size_t ring_pages_max;
static volatile uint64_t *counter;
static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;

/* Whole page allocated alone and locked, so that its frame stays the same for the guest's life; init keeps compaction from it. */
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

/* Whether a node has another value than before. A node that is not there changes nothing: after a move to another domain it has to be written
 * anew. */
static int changed(int fd, const char *node, char known[32])
{
    char value[32];
    if (xenstore_read(fd, node, value, sizeof value) <= 0 || strcmp(value, known) == 0)
        return 0;
    memcpy(known, value, sizeof value);
    return 1;
}

static void set_rate(const char *value)
{
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

static void *follow_xenstore(void *unused)
{
    char rate[32] = "", swap[32] = "", suspend[32] = "";
    unsigned times, pause_ms;
    int fd = xenstore_open();
    if (fd < 0 || xenstore_watch(fd, "data/dirty") || xenstore_watch(fd, "data/swap") || xenstore_watch(fd, "data/suspend")) {
        puts("workload: no xenstore, the rate stays as it is");
        return unused;
    }
    while (xenstore_wait(fd) == 0) {
        if (changed(fd, "data/dirty", rate))
            set_rate(rate);
        if (changed(fd, "data/swap", swap)) {
            pthread_mutex_lock(&counting);
            hostile_swap(swap, (void *)counter);
            pthread_mutex_unlock(&counting);
        }
        if (changed(fd, "data/suspend", suspend) && sscanf(suspend, "%u %u", &times, &pause_ms) == 2)
            hostile_suspend(times, pause_ms);
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
    counter = make_counter_page();
    unsigned char *area =
        mmap(NULL, ring_pages_max * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pthread_t follower;
    if (counter == NULL || area == MAP_FAILED || ring_pages == 0 || ring_pages > ring_pages_max || pthread_create(&follower, NULL, follow_xenstore, NULL)) {
        puts("workload: cannot start");
        return 1;
    }
    printf("workload: counting, dirtying %ld pages per second\n", atomic_load(&pages_per_second));
    struct timespec last;
    clock_gettime(CLOCK_MONOTONIC, &last);
    const struct timespec tick = {.tv_nsec = 50000000};
    for (double due = 0;;) {
        pthread_mutex_lock(&counting);
        counter[1]++;
        pthread_mutex_unlock(&counting);
        due += (double)atomic_load(&pages_per_second) * (double)elapsed_ns(&last) / 1e9;
        for (; due >= 1; due--) {
            at = (at + 1) % atomic_load(&ring_pages);
            area[at * PAGE_BYTES]++;
        }
        nanosleep(&tick, NULL);
    }
}
