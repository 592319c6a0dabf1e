/* SPDX-License-Identifier: Apache-2.0 */
/* The negative control of flip_test: an algorithm that hashes at scan time loses the flips that it must lose, so the test can fail. */
#include <stdio.h>

#include "expect.h"
#include "flips.h"
#include "migration.h"

static int policy(struct abi_precopy_stats stats, void *data)
{
    (void)data;
    return stats.iteration >= 3 ? ABI_POLICY_STOP : ABI_POLICY_CONTINUE;
}

int main(void)
{
    for (enum flip flip = 0; flip < FLIP_COUNT; flip++) {
        struct abi_save_callbacks callbacks = {.suspend = migration_suspend, .precopy_policy = policy};
        bool harmless = flip == FLIP_BEFORE || flip == FLIP_AFTER;
        struct migration migration;

        flip_prepare(flip);
        migration_open(&migration);
        EXPECT(migration_save(&migration, &callbacks) == 0);
        flip_expect_done();
        printf("%s: %u pages differ\n", flip_name[flip], migration_differences(&migration));
        EXPECT(migration_differences(&migration) == (harmless ? 0 : 1));
        migration_close(&migration);
    }
    return 0;
}
