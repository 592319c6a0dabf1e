/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "stream_token.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shim_log.h"

static int refuse(const char *why)
{
    shim_log("no token: %s", why);
    errno = EACCES;
    return -1;
}

static int read_token(int file, char token[STREAM_TOKEN_DIGITS + 1])
{
    char text[STREAM_TOKEN_DIGITS + 2];
    struct stat status;
    ssize_t length;

    if (fstat(file, &status) < 0)
        return refuse(strerror(errno));
    if (!S_ISREG(status.st_mode) || status.st_uid != geteuid() || (status.st_mode & (S_IRWXG | S_IRWXO)))
        return refuse("the file is not ours alone");
    do
        length = read(file, text, sizeof(text));
    while (length < 0 && errno == EINTR);
    if (length == STREAM_TOKEN_DIGITS + 1 && text[STREAM_TOKEN_DIGITS] == '\n')
        length--;
    if (length != STREAM_TOKEN_DIGITS)
        return refuse("not 32 digits");
    text[STREAM_TOKEN_DIGITS] = '\0';
    if (strspn(text, "0123456789abcdef") != STREAM_TOKEN_DIGITS)
        return refuse("not hex");
    memcpy(token, text, STREAM_TOKEN_DIGITS + 1);
    return 0;
}

int stream_token_take(const char *folder, int stream, char token[STREAM_TOKEN_DIGITS + 1])
{
    char path[PATH_MAX];
    struct stat status;
    int file, result;
    int length;

    if (fstat(stream, &status) < 0 || !S_ISSOCK(status.st_mode))
        return refuse("the stream is not a socket");
    length = snprintf(path, sizeof(path), "%s/%ju.token", folder, (uintmax_t)status.st_ino);
    if (length < 0 || (size_t)length >= sizeof(path))
        return refuse("path too long");
    file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0)
        return refuse(strerror(errno));
    result = read_token(file, token);
    close(file);
    /* Unlinked before it is said: a token that could be read twice would tie two helpers to one stream. */
    if (!result && unlink(path) < 0)
        return refuse(strerror(errno));
    return result;
}
