/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A save fails if somebody else empties Xen's record of dirty pages, by switching it off, or off and on, in a round or around the suspend; one
 * that is left alone does not.
 */
#define _GNU_SOURCE
#include <stdbool.h>

#include "expect.h"
#include "migration.h"
#include "scripted_daemon.h"

enum moment { NEVER, IN_A_ROUND, AT_THE_SUSPEND };

static enum moment moment;
static bool on_again;

static void meddle(enum fake_event event)
{
    bool now = (event == FAKE_SCANNED && fake.scans == 1 && moment == IN_A_ROUND) ||
               (event == FAKE_SUSPENDING && moment == AT_THE_SUSPEND);

    if (now) {
        fake.logdirty_on = on_again;
        fake.store_page_dirty = false;
    }
}

static int save(enum moment when, bool on)
{
    struct abi_save_callbacks callbacks = {.suspend = migration_suspend};
    struct scripted_daemon daemon;
    struct migration migration;
    int result;

    fake_reset(64);
    fake.hardware_logdirty = true;
    fake.hook = meddle;
    moment = when;
    on_again = on;
    scripted_daemon_start(&daemon, scripted_daemon_three_rounds);
    migration_open(&migration);
    scripted_daemon_expect_stream(&daemon, migration.stream[0]);
    result = migration_save(&migration, &callbacks);
    scripted_daemon_stop(&daemon);
    EXPECT(migration.ended == (result == 0));
    EXPECT(!fake.logdirty_on);
    migration_close(&migration);
    return result;
}

int main(void)
{
    EXPECT(save(NEVER, false) == 0);
    EXPECT(fake.final_scans == 1);
    for (int on = 0; on <= 1; on++) {
        EXPECT(save(IN_A_ROUND, on) != 0);
        EXPECT(fake.suspends == 0);
        EXPECT(save(AT_THE_SUSPEND, on) != 0);
        EXPECT(fake.suspends == 1);
    }
    return 0;
}
