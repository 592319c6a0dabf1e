/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A daemon that is killed reads neither the helper's log nor its stream any more. That ends a save through libxc's own cleanup, which
 * switches log-dirty off, and not by SIGPIPE in the middle of it.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect.h"
#include "migration.h"
#include "scripted_daemon.h"

static struct migration migration;

static const char *abort_at_policy(const char *line, unsigned number)
{
    (void)number;
    return strncmp(line, "POLICY", 6) == 0 ? "ABORT\n" : strncmp(line, "DONE", 4) == 0 ? "" : "OK\n";
}

static const char *go_on(const char *line, unsigned number)
{
    (void)number;
    return strncmp(line, "POLICY", 6) == 0 ? "CONTINUE\n" : strncmp(line, "DONE", 4) == 0 ? "" : "OK\n";
}

static void close_the_stream(enum fake_event event)
{
    if (event == FAKE_SCANNED)
        shutdown(migration.stream[1], SHUT_RDWR);
}

/* Saves with a log that nobody reads, as a helper that libxl has just started; the save must come back with an error. */
static void expect_an_error(scripted_answer *answer, void (*hook)(enum fake_event event))
{
    struct abi_save_callbacks callbacks = {.suspend = migration_suspend};
    struct scripted_daemon daemon;
    int log[2], real_log = dup(STDERR_FILENO), result;

    fake_reset(64);
    fake.hardware_logdirty = true;
    fake.hook = hook;
    scripted_daemon_start(&daemon, answer);
    migration_open(&migration);
    scripted_daemon_expect_stream(&daemon, migration.stream[0]);
    EXPECT(pipe(log) == 0 && close(log[0]) == 0 && dup2(log[1], STDERR_FILENO) == STDERR_FILENO && close(log[1]) == 0);
    EXPECT(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
    result = migration_save(&migration, &callbacks);
    dup2(real_log, STDERR_FILENO);
    close(real_log);
    scripted_daemon_stop(&daemon);
    EXPECT(result == -1);
    EXPECT(fake.switched_off == 1 && fake.suspends == 0 && !migration.ended);
    EXPECT(scripted_daemon_heard(&daemon, "DONE") == 1);
    migration_close(&migration);
}

int main(void)
{
    expect_an_error(abort_at_policy, NULL);
    expect_an_error(go_on, close_the_stream);
    return 0;
}
