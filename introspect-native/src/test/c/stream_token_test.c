/* SPDX-License-Identifier: Apache-2.0 */
/* A token is taken once, and only from a file that nobody else could have written. */
#define _GNU_SOURCE
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "expect.h"
#include "stream_token.h"

#define GOOD "00112233445566778899aabbccddeeff"

static char folder[] = "/tmp/vmcoupler-token-test-XXXXXX";
static char path[128];
static int stream[2];
static char token[STREAM_TOKEN_DIGITS + 1];

static void put(const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");

    EXPECT(file && fputs(text, file) >= 0 && fclose(file) == 0 && chmod(path, mode) == 0);
}

static void refused(const char *text, mode_t mode)
{
    put(text, mode);
    EXPECT(stream_token_take(folder, stream[0], token) == -1);
    unlink(path);
}

int main(void)
{
    struct stat status;
    int pipe_ends[2];

    EXPECT(mkdtemp(folder) && socketpair(AF_UNIX, SOCK_STREAM, 0, stream) == 0 && fstat(stream[0], &status) == 0);
    snprintf(path, sizeof(path), "%s/%ju.token", folder, (uintmax_t)status.st_ino);
    EXPECT(stream_token_take(folder, stream[0], token) == -1);
    put(GOOD, 0600);
    EXPECT(stream_token_take(folder, stream[1], token) == -1);
    EXPECT(stream_token_take(folder, stream[0], token) == 0 && strcmp(token, GOOD) == 0);
    EXPECT(access(path, F_OK) == -1 && stream_token_take(folder, stream[0], token) == -1);
    put(GOOD "\n", 0600);
    EXPECT(stream_token_take(folder, stream[0], token) == 0);
    refused(GOOD, 0644);
    refused(GOOD, 0620);
    refused("", 0600);
    refused("0011", 0600);
    refused(GOOD "0", 0600);
    refused(GOOD "\n\n", 0600);
    refused("00112233445566778899AABBCCDDEEFF", 0600);
    refused("0011223344 5566778899aabbccddeef", 0600);
    EXPECT(symlink("/etc/hostname", path) == 0 && stream_token_take(folder, stream[0], token) == -1 && unlink(path) == 0);
    EXPECT(mkfifo(path, 0600) == 0 && stream_token_take(folder, stream[0], token) == -1 && unlink(path) == 0);
    EXPECT(pipe(pipe_ends) == 0 && stream_token_take(folder, pipe_ends[0], token) == -1);
    EXPECT(rmdir(folder) == 0);
    return 0;
}
