/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "session.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "real_symbol.h"
#include "shim_log.h"
#include "stream_token.h"

#define PROTOCOL_ABI 1

void session_survive_closed_pipes(void)
{
    signal(SIGPIPE, SIG_IGN);
}

int session_open(struct session *session, const char *role, int io_fd)
{
    const char *folder = getenv("VMCOUPLER_SHIM_DIR");
    char token[STREAM_TOKEN_DIGITS + 1], answer[DAEMON_LINE_MAX];

    if (!folder || !*folder)
        folder = SESSION_DEFAULT_FOLDER;
    if (stream_token_take(folder, io_fd, token))
        return -1;
    if (!daemon_link_open(&session->link, folder, io_fd) &&
        !daemon_link_ask(&session->link, answer, "HELLO abi=%d role=%s domid=%u pid=%ld token=%s", PROTOCOL_ABI, role,
                         session->domid, (long)getpid(), token) &&
        session_agreed(session, answer, "OK")) {
        shim_log("%s of domain %u: daemon found", role, session->domid);
        return 0;
    }
    daemon_link_close(&session->link);
    errno = ECONNABORTED;
    return -1;
}

bool session_agreed(struct session *session, const char *answer, const char *expected)
{
    if (strcmp(answer, expected) == 0)
        return true;
    if (strcmp(answer, "ABORT") == 0)
        shim_log("domain %u: daemon says ABORT", session->domid);
    else
        shim_log("domain %u: unknown answer, taken as ABORT", session->domid);
    session->link.refused = true;
    errno = ECONNABORTED;
    return false;
}

bool session_pause_domain(struct session *session)
{
    static int (*pause_domain)(abi_xc_interface *, uint32_t);

    if (real_symbol("xc_domain_pause", &pause_domain))
        return false;
    if (pause_domain(session->xch, session->domid) == 0)
        return true;
    shim_log("domain %u: pause failed: %s", session->domid, strerror(errno));
    return false;
}

void session_done(struct session *session, int result)
{
    int saved = errno;

    shim_log("domain %u: done, result %d, errno %d", session->domid, result, result ? saved : 0);
    daemon_link_tell(&session->link, "DONE rc=%d errno=%d", result, result ? saved : 0);
    daemon_link_close(&session->link);
    errno = saved;
}
