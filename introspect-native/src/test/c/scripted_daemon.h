/* SPDX-License-Identifier: Apache-2.0 */
/* The daemon's end of the control connection, as a thread that answers each line by a function of the test. */
#ifndef VMCOUPLER_SCRIPTED_DAEMON_H
#define VMCOUPLER_SCRIPTED_DAEMON_H

#include <pthread.h>
#include <stdbool.h>

#define SCRIPTED_LINES_MAX 256

/** Returns the very bytes to answer with, "" for no answer, or NULL to close the connection. LINE has no newline. */
typedef const char *scripted_answer(const char *line, unsigned number);

/** The answers to a save that is to send three rounds and then stop. */
scripted_answer scripted_daemon_three_rounds;

struct scripted_daemon {
    char folder[64];
    char token[33];
    int listener;
    pthread_t thread;
    scripted_answer *answer;
    unsigned count;
    char line[SCRIPTED_LINES_MAX][600];
};

/** Makes a folder of its own and listens there. */
void scripted_daemon_start(struct scripted_daemon *daemon, scripted_answer *answer);
/** Writes the token file of the stream, as the daemon does before it calls libxl. */
void scripted_daemon_expect_stream(struct scripted_daemon *daemon, int stream);
/** Waits until the connection is closed, if there was one, and removes the folder. Fails the test if a token was left. */
void scripted_daemon_stop(struct scripted_daemon *daemon);
/** The number of lines that begin with WORD. */
unsigned scripted_daemon_heard(const struct scripted_daemon *daemon, const char *word);

#endif
