/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One save or restore, from HELLO to DONE. The save helper does one in its life and is single-threaded, so each user keeps
 * one session in a static.
 */
#ifndef VMCOUPLER_SESSION_H
#define VMCOUPLER_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon_link.h"
#include "xen_abi.h"

#define SESSION_DEFAULT_FOLDER "/run/vmcoupler/shim"

struct session {
    struct daemon_link link;
    abi_xc_interface *xch;
    uint32_t domid;
};

/**
 * Makes a write to what nobody reads any more (log, stream, libxl's own messages) an error instead of the helper's death: libxc then
 * cleans up, switches log-dirty off and leaves the domain running. Comes first of all in an interposed function; libxl starts its
 * helpers with the default. Source: tools/libs/light/libxl_exec.c, libxl__exec (SIGPIPE).
 */
void session_survive_closed_pipes(void);

/**
 * Takes the token of the stream IO_FD, connects and says HELLO. The folder is that of the environment's VMCOUPLER_SHIM_DIR or
 * SESSION_DEFAULT_FOLDER. Returns 0 if the daemon said OK, else -1 with errno set; nothing was done to the domain or the stream.
 */
int session_open(struct session *session, const char *role, int io_fd);

/** Whether the daemon said EXPECTED; on anything else every further question is refused too, and errno is set. */
bool session_agreed(struct session *session, const char *answer, const char *expected);

/** Pauses the session's domain by hypercall. Returns whether that succeeded. */
bool session_pause_domain(struct session *session);

/** Says DONE with the result and errno of the interposed function, closes the link and restores errno. */
void session_done(struct session *session, int result);

#endif
