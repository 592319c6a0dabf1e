/* SPDX-License-Identifier: Apache-2.0 */
/* Source: Xen xen/include/public/io/xs_wire.h (message header and types), docs/misc/xenstore.txt (their payloads). */
#include "xenstore.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum { XS_READ = 2, XS_WATCH = 4, XS_WRITE = 11, XS_WATCH_EVENT = 15, XS_ERROR = 16 };
enum { PAYLOAD_MAX = 4096 };

struct header {
    uint32_t type, request, transaction, length;
};

static int pending_events;

int xenstore_open(void)
{
    return open("/dev/xen/xenbus", O_RDWR | O_CLOEXEC);
}

static int read_fully(int fd, void *buffer, size_t length)
{
    char *at = buffer;
    while (length > 0) {
        ssize_t got = read(fd, at, length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return -1;
        at += got;
        length -= (size_t)got;
    }
    return 0;
}

/* Takes one message from the device; its payload is ended by a zero byte. */
static int receive(int fd, struct header *header, char payload[PAYLOAD_MAX + 1])
{
    if (read_fully(fd, header, sizeof *header) || header->length > PAYLOAD_MAX ||
        read_fully(fd, payload, header->length))
        return -1;
    payload[header->length] = 0;
    return 0;
}

/* Sends a request and waits for its answer; watch events that come first are counted, not lost. */
static int call(int fd, uint32_t type, const char *payload, size_t length, char answer[PAYLOAD_MAX + 1])
{
    char message[sizeof(struct header) + PAYLOAD_MAX];
    struct header header = {.type = type, .length = (uint32_t)length};
    if (length > PAYLOAD_MAX)
        return -1;
    memcpy(message, &header, sizeof header);
    memcpy(message + sizeof header, payload, length);
    if (write(fd, message, sizeof header + length) != (ssize_t)(sizeof header + length))
        return -1;
    for (;;) {
        if (receive(fd, &header, answer))
            return -1;
        if (header.type == XS_WATCH_EVENT)
            pending_events++;
        else
            return header.type == type ? (int)header.length : -1;
    }
}

int xenstore_watch(int fd, const char *path)
{
    char payload[PAYLOAD_MAX], answer[PAYLOAD_MAX + 1];
    size_t length = strlen(path) + 1;
    if (length + 2 > sizeof payload)
        return -1;
    memcpy(payload, path, length);
    memcpy(payload + length, "t", 2);
    return call(fd, XS_WATCH, payload, length + 2, answer) < 0 ? -1 : 0;
}

int xenstore_wait(int fd)
{
    struct header header;
    char payload[PAYLOAD_MAX + 1];
    while (pending_events == 0) {
        if (receive(fd, &header, payload))
            return -1;
        if (header.type == XS_WATCH_EVENT)
            pending_events++;
    }
    pending_events = 0;
    return 0;
}

int xenstore_read(int fd, const char *path, char *value, size_t size)
{
    char answer[PAYLOAD_MAX + 1];
    int length = call(fd, XS_READ, path, strlen(path) + 1, answer);
    if (length < 0 || (size_t)length >= size)
        return -1;
    memcpy(value, answer, (size_t)length);
    value[length] = 0;
    return length;
}

int xenstore_write(int fd, const char *path, const char *value)
{
    char payload[PAYLOAD_MAX], answer[PAYLOAD_MAX + 1];
    size_t name = strlen(path) + 1, length = strlen(value);
    if (name + length > sizeof payload)
        return -1;
    memcpy(payload, path, name);
    memcpy(payload + name, value, length);
    return call(fd, XS_WRITE, payload, name + length, answer) < 0 ? -1 : 0;
}
