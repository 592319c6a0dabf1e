/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "scripted_daemon.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "expect.h"

static void *serve(void *argument)
{
    struct scripted_daemon *daemon = argument;
    int connection = accept4(daemon->listener, NULL, NULL, SOCK_CLOEXEC);
    FILE *in;

    if (connection < 0)
        return NULL;
    in = fdopen(connection, "r");
    while (daemon->count < SCRIPTED_LINES_MAX && fgets(daemon->line[daemon->count], sizeof(daemon->line[0]), in)) {
        char *line = daemon->line[daemon->count];
        const char *answer;

        EXPECT(strlen(line) <= 512 && line[strlen(line) - 1] == '\n');
        line[strlen(line) - 1] = '\0';
        answer = daemon->answer(line, daemon->count++);
        if (!answer)
            break;
        if (*answer)
            send(connection, answer, strlen(answer), MSG_NOSIGNAL);
    }
    fclose(in);
    return NULL;
}

void scripted_daemon_start(struct scripted_daemon *daemon, scripted_answer *answer)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    memset(daemon, 0, sizeof(*daemon));
    daemon->answer = answer;
    strcpy(daemon->folder, "/tmp/vmcoupler-shim-test-XXXXXX");
    EXPECT(mkdtemp(daemon->folder));
    strcpy(daemon->token, "0123456789abcdef0123456789abcdef");
    EXPECT(setenv("VMCOUPLER_SHIM_DIR", daemon->folder, 1) == 0);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/shim.sock", daemon->folder);
    daemon->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT(bind(daemon->listener, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(daemon->listener, 4) == 0);
    EXPECT(pthread_create(&daemon->thread, NULL, serve, daemon) == 0);
}

static void token_path(const struct scripted_daemon *daemon, int stream, char path[128])
{
    struct stat status;

    EXPECT(fstat(stream, &status) == 0);
    snprintf(path, 128, "%s/%ju.token", daemon->folder, (uintmax_t)status.st_ino);
}

void scripted_daemon_expect_stream(struct scripted_daemon *daemon, int stream)
{
    char path[128];
    int file;

    token_path(daemon, stream, path);
    file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    EXPECT(file >= 0 && write(file, daemon->token, 32) == 32);
    close(file);
}

void scripted_daemon_stop(struct scripted_daemon *daemon)
{
    char path[128];

    shutdown(daemon->listener, SHUT_RDWR);
    pthread_join(daemon->thread, NULL);
    close(daemon->listener);
    snprintf(path, sizeof(path), "%s/shim.sock", daemon->folder);
    unlink(path);
    EXPECT(rmdir(daemon->folder) == 0);
}

unsigned scripted_daemon_heard(const struct scripted_daemon *daemon, const char *word)
{
    unsigned found = 0;
    size_t length = strlen(word);

    for (unsigned i = 0; i < daemon->count; i++)
        found += strncmp(daemon->line[i], word, length) == 0 && (daemon->line[i][length] == '\0' || daemon->line[i][length] == ' ');
    return found;
}

const char *scripted_daemon_three_rounds(const char *line, unsigned number)
{
    unsigned iteration;

    (void)number;
    if (sscanf(line, "POLICY iteration=%u", &iteration) == 1)
        return iteration >= 3 ? "STOP\n" : "CONTINUE\n";
    return strcmp(line, "SUSPEND") == 0 ? "SUSPEND\n" : strncmp(line, "DONE", 4) == 0 ? "" : "OK\n";
}
