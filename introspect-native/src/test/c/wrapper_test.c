/* SPDX-License-Identifier: Apache-2.0 */
/* The wrapper preloads the shim into the helper that it is told of, hands on arguments and descriptors, and says nothing on stdout. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "expect.h"
#include "migration.h"
#include "scripted_daemon.h"

static const char *answer(const char *line, unsigned number)
{
    unsigned iteration;

    (void)number;
    if (sscanf(line, "POLICY iteration=%u", &iteration) == 1)
        return iteration >= 1 ? "STOP\n" : "CONTINUE\n";
    return strcmp(line, "SUSPEND") == 0 ? "SUSPEND\n" : strncmp(line, "DONE", 4) == 0 ? "" : "OK\n";
}

/* Runs the wrapper; stores what it wrote to stdout. */
static int run(const char *wrapper, const char *helper, int stream, char out[16])
{
    char fd[16];
    int channel[2], status;
    pid_t child;
    ssize_t got;

    snprintf(fd, sizeof(fd), "%d", stream);
    EXPECT(setenv("VMCOUPLER_REAL_SAVE_HELPER", helper, 1) == 0 && pipe2(channel, O_CLOEXEC) == 0);
    child = fork();
    if (child == 0) {
        dup2(channel[1], STDOUT_FILENO);
        fcntl(stream, F_SETFD, 0);
        execl(wrapper, wrapper, "--save-domain", fd, NULL);
        _exit(99);
    }
    close(channel[1]);
    got = read(channel[0], out, 15);
    out[got > 0 ? got : 0] = '\0';
    close(channel[0]);
    EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status));
    return WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
    struct scripted_daemon daemon;
    struct migration migration;
    char out[16];

    EXPECT(argc == 3);
    fake_reset(64);
    scripted_daemon_start(&daemon, answer);
    migration_open(&migration);
    scripted_daemon_expect_stream(&daemon, migration.stream[0]);
    EXPECT(run(argv[1], argv[2], migration.stream[0], out) == 0);
    EXPECT(strcmp(out, "ready") == 0);
    close(migration.stream[0]);
    pthread_join(migration.receiver, NULL);
    scripted_daemon_stop(&daemon);
    EXPECT(migration.ended && scripted_daemon_heard(&daemon, "SUSPENDED") == 1);
    EXPECT(strcmp(daemon.line[daemon.count - 1], "DONE rc=0 errno=0") == 0);
    EXPECT(run(argv[1], "/nonexistent/helper", migration.stream[1], out) == 1 && out[0] == '\0');
    migration_close(&migration);
    return 0;
}
