/* SPDX-License-Identifier: Apache-2.0 */
/* Page tables wait for the final round, are counted as deferred, and one that still maps a foreign frame ends the save. */
#include <string.h>

#include "expect.h"
#include "migration.h"
#include "scripted_daemon.h"

#define PAGES 2100
#define TABLES 10
#define FOREIGN_MFN 0x999999ul

static bool foreign_is_unmapped;

static void set_entry(unsigned pfn, unsigned index, uint64_t mfn)
{
    ((uint64_t *)fake_page(pfn))[index] = mfn;
}

/* Every table changes in every round; the first maps a foreign frame until, perhaps, the suspend. */
static void work(enum fake_event event)
{
    if (event == FAKE_WRITTEN && !fake.suspended)
        for (unsigned i = 0; i < TABLES; i++)
            set_entry(100 * i, 7, FAKE_MFN_BASE + (fake.round * 31 + i) % PAGES);
    if (event == FAKE_SUSPENDING && foreign_is_unmapped)
        set_entry(0, 3, 0);
}

static const char *answer(const char *line, unsigned number)
{
    unsigned iteration;
    unsigned long written, deferred;
    long dirty;
    char kind[16];

    (void)number;
    if (sscanf(line, "POLICY iteration=%u written=%lu dirty=%ld logdirty=%15s deferred=%lu", &iteration, &written, &dirty, kind,
               &deferred) == 5) {
        EXPECT(strcmp(kind, "software") == 0);
        if (iteration > 0 && dirty >= 0)
            EXPECT(dirty == 0 && deferred == TABLES);
        return iteration >= 3 && dirty >= 0 ? "STOP\n" : "CONTINUE\n";
    }
    return strcmp(line, "SUSPEND") == 0 ? "SUSPEND\n" : strncmp(line, "DONE", 4) == 0 ? "" : "OK\n";
}

static int save(struct migration *migration, struct scripted_daemon *daemon)
{
    struct abi_save_callbacks callbacks = {.suspend = migration_suspend};
    int result;

    fake_reset(PAGES);
    for (unsigned i = 0; i < TABLES; i++) {
        memset(fake_page(100 * i), 0, ABI_PAGE_SIZE);
        fake.type[100 * i] = (uint8_t)(ABI_TYPE_L1 + i % 4 + (i % 2 ? 8 : 0));
        set_entry(100 * i, 1, FAKE_MFN_BASE + i);
    }
    set_entry(0, 3, FOREIGN_MFN);
    fake.hook = work;
    scripted_daemon_start(daemon, answer);
    migration_open(migration);
    scripted_daemon_expect_stream(daemon, migration->stream[0]);
    result = migration_save(migration, &callbacks);
    scripted_daemon_stop(daemon);
    return result;
}

int main(void)
{
    struct scripted_daemon daemon;
    struct migration migration;

    foreign_is_unmapped = true;
    EXPECT(save(&migration, &daemon) == 0);
    EXPECT(migration_differences(&migration) == 0);
    for (unsigned i = 0; i < TABLES; i++)
        EXPECT(migration.times_sent[100 * i] == 2);
    EXPECT(fake.pauses == 1);
    /* Three batches cover the domain; they stay mapped over the four scans. Sending maps on its own. */
    EXPECT(fake.scans == 4 && fake.maps == 3 + 3 + 1);
    migration_close(&migration);

    foreign_is_unmapped = false;
    EXPECT(save(&migration, &daemon) == -1);
    EXPECT(!migration.ended && fake.pauses == 1);
    EXPECT(scripted_daemon_heard(&daemon, "SUSPENDED") == 1 && strcmp(daemon.line[daemon.count - 1], "DONE rc=-1 errno=34") == 0);
    migration_close(&migration);
    return 0;
}
