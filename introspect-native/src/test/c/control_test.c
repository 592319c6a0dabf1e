/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the shim does when the daemon says ABORT, nonsense or nothing, at each point of a save and of a restore: the save ends through
 * libxc's cleanup and, before the suspend, the domain never stops.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "expect.h"
#include "migration.h"
#include "scripted_daemon.h"

int xc_domain_restore(void *xch, int fd, uint32_t domid, unsigned store_evtchn, unsigned long *store_mfn, uint32_t store_domid,
                      unsigned console_evtchn, unsigned long *console_mfn, uint32_t console_domid, int stream_type,
                      void *callbacks, int send_back_fd);

/* At the OCCURRENCE-th line (from 1) that begins with AT the daemon answers BAD (NULL: closes). */
static const char *bad_at, *bad;
static unsigned bad_occurrence, seen;
static char long_line[700];

static const char *answer(const char *line, unsigned number)
{
    unsigned iteration;

    (void)number;
    if (bad_at && strncmp(line, bad_at, strlen(bad_at)) == 0 && ++seen == bad_occurrence)
        return bad;
    if (sscanf(line, "POLICY iteration=%u", &iteration) == 1)
        return iteration >= 2 ? "STOP\n" : "CONTINUE\n";
    return strcmp(line, "SUSPEND") == 0 ? "SUSPEND\n" : strncmp(line, "DONE", 4) == 0 ? "" : "OK\n";
}

static void be_bad(const char *at, unsigned occurrence, const char *with)
{
    bad_at = at;
    bad_occurrence = occurrence;
    bad = with;
    seen = 0;
}

static int save(struct scripted_daemon *daemon, struct migration *migration, bool with_token)
{
    struct abi_save_callbacks callbacks = {.suspend = migration_suspend};
    int result;

    fake_reset(300);
    scripted_daemon_start(daemon, answer);
    migration_open(migration);
    if (with_token)
        scripted_daemon_expect_stream(daemon, migration->stream[0]);
    result = migration_save(migration, &callbacks);
    scripted_daemon_stop(daemon);
    migration_close(migration);
    return result;
}

static void good_save_says_all(void)
{
    struct scripted_daemon daemon;
    struct migration migration;
    char hello[200];

    be_bad(NULL, 0, NULL);
    EXPECT(save(&daemon, &migration, true) == 0);
    snprintf(hello, sizeof(hello), "HELLO abi=1 role=save domid=7 pid=%ld token=%s", (long)getpid(), daemon.token);
    EXPECT(strcmp(daemon.line[0], hello) == 0);
    EXPECT(strcmp(daemon.line[1], "POLICY iteration=0 written=0 dirty=300 logdirty=software deferred=0") == 0);
    EXPECT(strcmp(daemon.line[2], "POLICY iteration=1 written=300 dirty=-1 logdirty=software deferred=0") == 0);
    EXPECT(strcmp(daemon.line[3], "POLICY iteration=1 written=300 dirty=0 logdirty=software deferred=0") == 0);
    EXPECT(strcmp(daemon.line[4], "POLICY iteration=2 written=300 dirty=-1 logdirty=software deferred=0") == 0);
    EXPECT(strcmp(daemon.line[5], "SUSPEND") == 0);
    EXPECT(strcmp(daemon.line[6], "SUSPENDED result=1 paused=1") == 0);
    EXPECT(strcmp(daemon.line[7], "DONE rc=0 errno=0") == 0);
    EXPECT(daemon.count == 8 && fake.pauses == 1);
}

static void bad_answers_end_a_save(void)
{
    static const struct {
        const char *at;
        unsigned occurrence, suspends;
    } points[] = {{"HELLO", 1, 0}, {"POLICY", 1, 0}, {"POLICY", 2, 0}, {"POLICY", 3, 0}, {"SUSPEND", 1, 0}, {"SUSPENDED", 1, 1}};
    const char *answers[] = {"ABORT\n", NULL, "PERHAPS\n", "OKAY\n", "\n", "OK\nOK\n", "CONTINUE\nCONTINUE\n", long_line};
    struct scripted_daemon daemon;
    struct migration migration;

    memset(long_line, 'x', sizeof(long_line) - 2);
    long_line[sizeof(long_line) - 2] = '\n';
    for (unsigned p = 0; p < sizeof(points) / sizeof(points[0]); p++) {
        for (unsigned a = 0; a < sizeof(answers) / sizeof(answers[0]); a++) {
            bool hello = strcmp(points[p].at, "HELLO") == 0, one_line = a != 1 && a < 5;

            be_bad(points[p].at, points[p].occurrence, answers[a]);
            EXPECT(save(&daemon, &migration, true) == -1);
            EXPECT(!migration.ended && fake.suspends == points[p].suspends && fake.pauses == points[p].suspends);
            EXPECT(fake.final_scans == 0 && !fake.logdirty_on);
            /* After one line, however wrong, the link still stands and the end is told. */
            EXPECT(scripted_daemon_heard(&daemon, "DONE") == (one_line && !hello ? 1 : 0));
            EXPECT(!hello || !migration.seen[0]);
        }
    }
}

static void without_token_nothing_begins(void)
{
    struct scripted_daemon daemon;
    struct migration migration;

    be_bad(NULL, 0, NULL);
    EXPECT(save(&daemon, &migration, false) == -1);
    EXPECT(daemon.count == 0 && !migration.seen[0] && fake.scans == 0);
}

static void hardware_log_dirty_is_left_alone(void)
{
    struct abi_save_callbacks callbacks = {.suspend = migration_suspend};
    struct scripted_daemon daemon;
    struct migration migration;

    be_bad(NULL, 0, NULL);
    fake_reset(300);
    fake.hardware_logdirty = true;
    scripted_daemon_start(&daemon, answer);
    migration_open(&migration);
    scripted_daemon_expect_stream(&daemon, migration.stream[0]);
    EXPECT(migration_save(&migration, &callbacks) == 0);
    scripted_daemon_stop(&daemon);
    EXPECT(strcmp(daemon.line[3], "POLICY iteration=1 written=300 dirty=300 logdirty=hardware deferred=0") == 0);
    EXPECT(fake.switched_off == 1 && !fake.logdirty_on && migration_differences(&migration) == 0);
    migration_close(&migration);
}

static void failed_pause_is_told(void)
{
    struct abi_save_callbacks callbacks = {.suspend = migration_suspend};
    struct scripted_daemon daemon;
    struct migration migration;

    be_bad("SUSPENDED", 1, "ABORT\n");
    fake_reset(300);
    fake.pause_fails = true;
    scripted_daemon_start(&daemon, answer);
    migration_open(&migration);
    scripted_daemon_expect_stream(&daemon, migration.stream[0]);
    EXPECT(migration_save(&migration, &callbacks) == -1);
    scripted_daemon_stop(&daemon);
    EXPECT(scripted_daemon_heard(&daemon, "SUSPENDED") == 1);
    EXPECT(strcmp(daemon.line[daemon.count - 2], "SUSPENDED result=1 paused=0") == 0);
    migration_close(&migration);
}

static int restore(struct scripted_daemon *daemon)
{
    unsigned long store, console;
    int stream[2], result;

    fake_reset(10);
    scripted_daemon_start(daemon, answer);
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, stream) == 0 && write(stream[1], "x", 1) == 1);
    scripted_daemon_expect_stream(daemon, stream[0]);
    result = xc_domain_restore(NULL, stream[0], 7, 1, &store, 0, 2, &console, 0, ABI_STREAM_PLAIN, NULL, -1);
    close(stream[0]);
    close(stream[1]);
    scripted_daemon_stop(daemon);
    return result;
}

static void restore_pauses_before_it_reads(void)
{
    const char *answers[] = {"ABORT\n", NULL, "PERHAPS\n"}, *points[] = {"HELLO", "PAUSED"};
    struct scripted_daemon daemon;

    be_bad(NULL, 0, NULL);
    EXPECT(restore(&daemon) == 0 && fake.restores == 1 && fake.pauses == 1 && daemon.count == 3);
    EXPECT(strncmp(daemon.line[0], "HELLO abi=1 role=restore domid=7 ", 33) == 0);
    EXPECT(strcmp(daemon.line[1], "PAUSED result=1") == 0 && strcmp(daemon.line[2], "DONE rc=0 errno=0") == 0);
    for (unsigned p = 0; p < 2; p++) {
        for (unsigned a = 0; a < 3; a++) {
            be_bad(points[p], 1, answers[a]);
            EXPECT(restore(&daemon) == -1 && fake.restores == 0 && fake.pauses == p);
        }
    }
}

int main(void)
{
    good_save_says_all();
    bad_answers_end_a_save();
    without_token_nothing_begins();
    hardware_log_dirty_is_left_alone();
    failed_pause_is_told();
    restore_pauses_before_it_reads();
    return 0;
}
