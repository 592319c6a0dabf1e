/* SPDX-License-Identifier: Apache-2.0 */
/* A save of which somebody else has switched Xen's log-dirty off, in a round or around the suspend, fails; one that is left alone does not. */
#include <stdio.h>
#include <string.h>

#include "expect.h"
#include "migration.h"
#include "scripted_daemon.h"

#define NEVER 99u

/* Switched off behind this scan; the last one is behind the suspend. */
static unsigned off_behind;
static bool off_when_suspending;

static void meddle(enum fake_event event)
{
    if ((event == FAKE_SCANNED && fake.scans == off_behind) || (event == FAKE_SUSPENDING && off_when_suspending))
        fake.logdirty_on = false;
}

static const char *answer(const char *line, unsigned number)
{
    unsigned iteration;

    (void)number;
    if (sscanf(line, "POLICY iteration=%u", &iteration) == 1)
        return iteration >= 3 ? "STOP\n" : "CONTINUE\n";
    return strcmp(line, "SUSPEND") == 0 ? "SUSPEND\n" : strncmp(line, "DONE", 4) == 0 ? "" : "OK\n";
}

static int save(unsigned behind, bool when_suspending)
{
    struct abi_save_callbacks callbacks = {.suspend = migration_suspend};
    struct scripted_daemon daemon;
    struct migration migration;
    int result;

    fake_reset(64);
    fake.hardware_logdirty = true;
    fake.hook = meddle;
    off_behind = behind;
    off_when_suspending = when_suspending;
    scripted_daemon_start(&daemon, answer);
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
    EXPECT(save(1, false) != 0);
    EXPECT(fake.scans == 1 && fake.suspends == 0);
    EXPECT(save(NEVER, true) != 0);
    EXPECT(fake.suspends == 1 && fake.final_scans == 0);
    return 0;
}
