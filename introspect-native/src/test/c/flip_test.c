/* SPDX-License-Identifier: Apache-2.0 */
/* The shim's software log-dirty leaves the destination with the source's memory whenever the page flips. */
#include <stdio.h>

#include "expect.h"
#include "flips.h"
#include "migration.h"
#include "scripted_daemon.h"

int main(void)
{
    for (enum flip flip = 0; flip < FLIP_COUNT; flip++) {
        struct abi_save_callbacks callbacks = {.suspend = migration_suspend};
        struct scripted_daemon daemon;
        struct migration migration;

        flip_prepare(flip);
        scripted_daemon_start(&daemon, scripted_daemon_three_rounds);
        migration_open(&migration);
        scripted_daemon_expect_stream(&daemon, migration.stream[0]);
        EXPECT(migration_save(&migration, &callbacks) == 0);
        scripted_daemon_stop(&daemon);
        flip_expect_done();
        EXPECT(migration.ended);
        printf("%s: %u pages differ\n", flip_name[flip], migration_differences(&migration));
        EXPECT(migration_differences(&migration) == 0);
        /* One scan a round and one at the end: scans are what software log-dirty costs. */
        EXPECT(fake.final_scans == 1 && fake.scans == 3);
        migration_close(&migration);
    }
    return 0;
}
