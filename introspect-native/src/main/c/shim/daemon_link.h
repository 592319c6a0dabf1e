/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shim's connection to the daemon: one Unix stream socket per save or restore, one line out, one line back
 * (docs/shim-protocol.md). The daemon may answer late on purpose, so an answer is waited for without a time limit; what ends
 * the wait is the answer, a closed socket, or libxl's abort. A link that failed once stays failed, and each further question is
 * answered as if the daemon had said ABORT.
 */
#ifndef VMCOUPLER_DAEMON_LINK_H
#define VMCOUPLER_DAEMON_LINK_H

#include <stdbool.h>
#include <sys/types.h>

/** Longest line with its newline, in bytes, of either side. */
#define DAEMON_LINE_MAX 512

struct daemon_link {
    int socket;
    bool failed;
    /** The daemon said ABORT or something unknown: no further question is put, DONE may still be said. */
    bool refused;
    /** The stream that is saved or restored: libxl aborts a save by putting another file over this descriptor. */
    int stream;
    dev_t stream_device;
    ino_t stream_inode;
};

/**
 * Connects to FOLDER/shim.sock and checks that the peer runs under our own uid. STREAM is the descriptor of the stream, an open
 * socket. Returns 0, or -1 with a line in the log, errno set and the link failed.
 */
int daemon_link_open(struct daemon_link *link, const char *folder, int stream);

/**
 * Says one line and waits for its answer. Returns 0 with the answer without its newline in ANSWER, or -1 if the line cannot be
 * said, the socket is closed, the answer is longer than a line, followed by more bytes or not ASCII, or libxl has aborted the save.
 */
int daemon_link_ask(struct daemon_link *link, char answer[DAEMON_LINE_MAX], const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Says one line that has no answer. Returns 0 or -1; the link may be failed already. */
int daemon_link_tell(struct daemon_link *link, const char *format, ...) __attribute__((format(printf, 2, 3)));

void daemon_link_close(struct daemon_link *link);

#endif
