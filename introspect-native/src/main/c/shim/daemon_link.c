/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "daemon_link.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "shim_log.h"

/* How often a waiting link looks whether libxl has aborted the save: the signal may come just before poll is entered. */
#define ABORT_CHECK_MS 500

static int fail(struct daemon_link *link, const char *why)
{
    if (!link->failed)
        shim_log("daemon lost: %s", why);
    link->failed = true;
    errno = ECONNABORTED;
    return -1;
}

static int connect_to(struct daemon_link *link, const char *folder)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct ucred peer;
    socklen_t size = sizeof(peer);
    int length = snprintf(address.sun_path, sizeof(address.sun_path), "%s/shim.sock", folder);

    if (length < 0 || (size_t)length >= sizeof(address.sun_path))
        return fail(link, "socket path too long");
    link->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (link->socket < 0)
        return fail(link, strerror(errno));
    if (connect(link->socket, (struct sockaddr *)&address, sizeof(address)) < 0)
        return fail(link, strerror(errno));
    if (getsockopt(link->socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 || peer.uid != geteuid())
        return fail(link, "the socket belongs to another user");
    return 0;
}

int daemon_link_open(struct daemon_link *link, const char *folder, int stream)
{
    struct stat status;

    *link = (struct daemon_link){.socket = -1, .stream = stream};
    if (fstat(stream, &status) < 0)
        return fail(link, "no stream");
    link->stream_device = status.st_dev;
    link->stream_inode = status.st_ino;
    return connect_to(link, folder);
}

/* Source: tools/libs/light/libxl_save_helper.c, save_signal_handler: an abort dup2()s /dev/null over the stream. */
static bool aborted(const struct daemon_link *link)
{
    struct stat status;

    return fstat(link->stream, &status) < 0 || status.st_dev != link->stream_device || status.st_ino != link->stream_inode;
}

static int send_line(struct daemon_link *link, const char *format, va_list arguments)
{
    char line[DAEMON_LINE_MAX + 1];
    int length = vsnprintf(line, DAEMON_LINE_MAX, format, arguments);

    if (length < 0 || length >= DAEMON_LINE_MAX)
        return fail(link, "own line too long");
    line[length++] = '\n';
    for (int sent = 0; sent < length;) {
        ssize_t wrote = send(link->socket, line + sent, (size_t)(length - sent), MSG_NOSIGNAL);

        if (wrote < 0 && errno == EINTR && !aborted(link))
            continue;
        if (wrote <= 0)
            return fail(link, strerror(errno));
        sent += (int)wrote;
    }
    return 0;
}

static int wait_readable(struct daemon_link *link)
{
    struct pollfd waited = {.fd = link->socket, .events = POLLIN};

    for (;;) {
        int ready = poll(&waited, 1, ABORT_CHECK_MS);

        if (ready > 0)
            return 0;
        if (ready < 0 && errno != EINTR)
            return fail(link, strerror(errno));
        if (aborted(link))
            return fail(link, "libxl has aborted the save");
    }
}

static int receive_line(struct daemon_link *link, char answer[DAEMON_LINE_MAX])
{
    size_t used = 0;

    for (;;) {
        ssize_t got;
        char *end;

        if (wait_readable(link))
            return -1;
        got = recv(link->socket, answer + used, DAEMON_LINE_MAX - used, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(link, strerror(errno));
        if (got == 0)
            return fail(link, "socket closed");
        used += (size_t)got;
        end = memchr(answer, '\n', used);
        if (end && end + 1 != answer + used)
            return fail(link, "more than one answer");
        if (end) {
            *end = '\0';
            return strlen(answer) == (size_t)(end - answer) ? 0 : fail(link, "answer holds a zero byte");
        }
        if (used == DAEMON_LINE_MAX)
            return fail(link, "answer too long");
    }
}

int daemon_link_ask(struct daemon_link *link, char answer[DAEMON_LINE_MAX], const char *format, ...)
{
    va_list arguments;
    int result;

    answer[0] = '\0';
    if (link->failed || link->refused) {
        errno = ECONNABORTED;
        return -1;
    }
    va_start(arguments, format);
    result = send_line(link, format, arguments);
    va_end(arguments);
    return result ? result : receive_line(link, answer);
}

int daemon_link_tell(struct daemon_link *link, const char *format, ...)
{
    va_list arguments;
    int result;

    if (link->failed)
        return -1;
    va_start(arguments, format);
    result = send_line(link, format, arguments);
    va_end(arguments);
    return result;
}

void daemon_link_close(struct daemon_link *link)
{
    if (link->socket >= 0)
        close(link->socket);
    link->socket = -1;
    link->failed = true;
}
