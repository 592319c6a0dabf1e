/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes the place of xc_domain_save in the save helper: asks the daemon before the stream begins, at each pre-copy decision and
 * around the suspend (docs/shim-protocol.md). All on the helper's only thread.
 *
 * Whatever goes wrong here is an abort through libxc's own error path, whose cleanup() switches log-dirty off and leaves the
 * domain running. Source: tools/libs/guest/xg_sr_save.c, save(), cleanup(), send_memory_live(), suspend_domain().
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log_dirty.h"
#include "real_symbol.h"
#include "session.h"
#include "shim_log.h"

static struct session session;
static struct abi_save_callbacks libxl_callbacks;

static int decide_precopy(struct abi_precopy_stats stats, void *data)
{
    char answer[DAEMON_LINE_MAX];

    (void)data;
    if (daemon_link_ask(&session.link, answer, "POLICY iteration=%u written=%lu dirty=%ld logdirty=%s deferred=%lu",
                        stats.iteration, stats.total_written, stats.dirty_count,
                        log_dirty_is_software() ? "software" : "hardware", log_dirty_deferred()))
        return ABI_POLICY_ABORT;
    if (strcmp(answer, "CONTINUE") == 0)
        return ABI_POLICY_CONTINUE;
    if (session_agreed(&session, answer, "STOP")) {
        shim_log("domain %u: pre-copy stops at iteration %u", session.domid, stats.iteration);
        return ABI_POLICY_STOP;
    }
    return ABI_POLICY_ABORT;
}

static int suspend_when_told(void *data)
{
    char answer[DAEMON_LINE_MAX];
    bool paused = false;
    int result;

    if (daemon_link_ask(&session.link, answer, "SUSPEND") || !session_agreed(&session, answer, "SUSPEND"))
        return 0;
    result = libxl_callbacks.suspend(data);
    /*
     * The pause holds the domain whatever else unpauses or resumes it by mistake, and makes libxc fail on page tables that still
     * map foreign frames instead of leaving them out: it looks at dominfo.paused, which it reads after this callback.
     * Source: tools/libs/guest/xg_sr_save_x86_pv.c, normalise_pagetable().
     */
    if (result == 1)
        paused = session_pause_domain(&session);
    shim_log("domain %u: suspend %s, pause %s", session.domid, result == 1 ? "done" : "failed", paused ? "done" : "not done");
    if (daemon_link_ask(&session.link, answer, "SUSPENDED result=%d paused=%d", result == 1, paused) ||
        !session_agreed(&session, answer, "OK"))
        return 0;
    return result;
}

/* Source: tools/include/xenguest.h, xc_domain_save. */
SHIM_INTERPOSED int xc_domain_save(abi_xc_interface *xch, int io_fd, uint32_t domid, uint32_t flags,
                                   struct abi_save_callbacks *callbacks, int stream_type, int recv_fd)
{
    static int (*real)(abi_xc_interface *, int, uint32_t, uint32_t, struct abi_save_callbacks *, int, int);
    struct abi_save_callbacks steered = *callbacks;
    int result;

    session_survive_closed_pipes();
    if (real_symbol("xc_domain_save", &real))
        return -1;
    if (stream_type != ABI_STREAM_PLAIN) {
        shim_log("domain %u: only plain streams are steered", domid);
        errno = EINVAL;
        return -1;
    }
    session.xch = xch;
    session.domid = domid;
    libxl_callbacks = *callbacks;
    if (session_open(&session, "save", io_fd))
        return -1;
    steered.precopy_policy = decide_precopy;
    steered.suspend = suspend_when_told;
    log_dirty_begin(domid, io_fd);
    result = real(xch, io_fd, domid, flags, &steered, stream_type, recv_fd);
    log_dirty_end();
    session_done(&session, result);
    return result;
}
