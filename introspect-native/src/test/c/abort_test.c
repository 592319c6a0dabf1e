/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libxl aborts a save by SIGTERM, whose handler puts /dev/null over the stream. A shim that waits for a late answer must notice, and
 * other signals must not end the wait. Source: tools/libs/light/libxl_save_helper.c, save_signal_handler().
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "expect.h"
#include "migration.h"
#include "scripted_daemon.h"

static struct migration migration;
static pthread_t saver;
static bool by_signal;

static void abort_save(int number)
{
    if (number == SIGTERM)
        dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), migration.stream[0]);
}

/* At the third policy question a signal comes instead of an answer: one that means nothing, then the abort. */
static const char *answer(const char *line, unsigned number)
{
    if (number == 3) {
        pthread_kill(saver, SIGUSR1);
        if (by_signal)
            pthread_kill(saver, SIGTERM);
        else
            abort_save(SIGTERM);
        return "";
    }
    return strncmp(line, "POLICY", 6) == 0 ? "CONTINUE\n" : "OK\n";
}

int main(void)
{
    struct abi_save_callbacks callbacks = {.suspend = migration_suspend};
    struct sigaction action = {.sa_handler = abort_save};
    struct scripted_daemon daemon;

    saver = pthread_self();
    EXPECT(sigaction(SIGTERM, &action, NULL) == 0 && sigaction(SIGUSR1, &action, NULL) == 0);
    for (int round = 0; round < 2; round++) {
        by_signal = round == 0;
        fake_reset(64);
        scripted_daemon_start(&daemon, answer);
        migration_open(&migration);
        scripted_daemon_expect_stream(&daemon, migration.stream[0]);
        EXPECT(migration_save(&migration, &callbacks) == -1);
        scripted_daemon_stop(&daemon);
        EXPECT(fake.suspends == 0 && daemon.count == 4 && !migration.ended);
        migration_close(&migration);
    }
    return 0;
}
