/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A domain that writes, makes and frees page tables, and balloons while it is saved: at the stop the destination holds the same.
 * Pfns 0 mod 8 become tables and data again, 1 mod 8 holes and memory again, 7 mod 8 stay clean and are sent once, the rest is written to.
 * Argument: seed.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "expect.h"
#include "migration.h"
#include "scripted_daemon.h"

#define PAGES 2500
#define GUEST_WAIT_MS 600000

static atomic_bool running;
static atomic_ulong steps;
static pthread_t guest;
static uint64_t random_state;

static uint64_t draw(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static unsigned char *bytes_of(unsigned pfn)
{
    return fake.memory + (size_t)(PAGES - 1 - pfn) * ABI_PAGE_SIZE;
}

static bool is_clean(unsigned pfn)
{
    return pfn % 8 == 7;
}

static void step(void)
{
    unsigned pfn = (unsigned)(draw() % PAGES);
    uint64_t *words = (uint64_t *)bytes_of(pfn);

    if (pfn % 8 == 0) {
        /* A table holds frame numbers; as ordinary data it holds anything, also while the type changes. */
        fake.type[pfn] = draw() % 2 ? ABI_TYPE_L1 + draw() % 4 : ABI_TYPE_NOTAB;
        words[draw() % 512] = draw() % 4 ? FAKE_MFN_BASE + draw() % PAGES : draw();
    } else if (pfn % 8 == 1 && draw() % 4 == 0) {
        fake.p2m[pfn] = fake.p2m[pfn] == ~0ul ? FAKE_MFN_BASE + PAGES - 1 - pfn : ~0ul;
    } else if (!is_clean(pfn)) {
        words[draw() % 512] = draw() % 3;
    }
}

static void *run_guest(void *argument)
{
    (void)argument;
    while (atomic_load(&running)) {
        step();
        atomic_fetch_add(&steps, 1);
    }
    return NULL;
}

/* However seldom a busy machine lets the guest run, there is work for the next round. */
static void await_guest(void)
{
    const struct timespec pause = {.tv_nsec = 1000000};
    unsigned long enough = atomic_load(&steps) + PAGES;
    unsigned waited_ms = 0;

    while (atomic_load(&steps) < enough && waited_ms++ < GUEST_WAIT_MS)
        nanosleep(&pause, NULL);
    EXPECT(atomic_load(&steps) >= enough);
}

/* The guest stops, its tables in order. */
static void stop_guest(enum fake_event event)
{
    if (event != FAKE_SUSPENDING)
        return;
    atomic_store(&running, false);
    pthread_join(guest, NULL);
    for (unsigned pfn = 0; pfn < PAGES; pfn += 8) {
        uint64_t *words = (uint64_t *)bytes_of(pfn);

        for (unsigned i = 0; i < 512 && fake.type[pfn] != ABI_TYPE_NOTAB; i++)
            words[i] = words[i] < FAKE_MFN_BASE || words[i] >= FAKE_MFN_BASE + PAGES ? 0 : words[i];
    }
}

/* A shim that sends all of it each round would be right about every page, and no better than a stop. */
static void expect_work(const struct migration *migration)
{
    unsigned again = 0;

    for (unsigned pfn = 0; pfn < PAGES; pfn++) {
        EXPECT(!is_clean(pfn) || migration->times_sent[pfn] == 1);
        again += migration->times_sent[pfn] > 1;
    }
    EXPECT(again > PAGES / 8);
}

static const char *answer(const char *line, unsigned number)
{
    unsigned iteration;

    (void)number;
    if (sscanf(line, "POLICY iteration=%u", &iteration) == 1) {
        await_guest();
        return iteration >= 12 ? "STOP\n" : "CONTINUE\n";
    }
    return strcmp(line, "SUSPEND") == 0 ? "SUSPEND\n" : strncmp(line, "DONE", 4) == 0 ? "" : "OK\n";
}

int main(int argc, char **argv)
{
    struct abi_save_callbacks callbacks = {.suspend = migration_suspend};
    struct scripted_daemon daemon;
    struct migration migration;

    random_state = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
    printf("seed %ju\n", (uintmax_t)random_state);
    fake_reset(PAGES);
    fake.hook = stop_guest;
    scripted_daemon_start(&daemon, answer);
    migration_open(&migration);
    scripted_daemon_expect_stream(&daemon, migration.stream[0]);
    atomic_store(&running, true);
    EXPECT(pthread_create(&guest, NULL, run_guest, NULL) == 0);
    EXPECT(migration_save(&migration, &callbacks) == 0);
    scripted_daemon_stop(&daemon);
    printf("%u pages differ\n", migration_differences(&migration));
    EXPECT(migration_differences(&migration) == 0);
    expect_work(&migration);
    migration_close(&migration);
    return 0;
}
