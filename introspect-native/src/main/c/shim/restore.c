/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes the place of xc_domain_restore in the save helper: asks the daemon and pauses the new domain once more before the first
 * byte of the stream is read, so that a stray unpause changes nothing (docs/shim-protocol.md). On the helper's only thread.
 */
#include <errno.h>

#include "real_symbol.h"
#include "session.h"
#include "shim_log.h"

static struct session session;

static int hold_new_domain(void)
{
    char answer[DAEMON_LINE_MAX];
    bool paused = session_pause_domain(&session);

    if (!daemon_link_ask(&session.link, answer, "PAUSED result=%d", paused) && session_agreed(&session, answer, "OK"))
        return 0;
    errno = ECONNABORTED;
    return -1;
}

/* Source: tools/include/xenguest.h, xc_domain_restore. */
SHIM_INTERPOSED int xc_domain_restore(abi_xc_interface *xch, int io_fd, uint32_t domid, unsigned store_evtchn,
                                      unsigned long *store_mfn, uint32_t store_domid, unsigned console_evtchn,
                                      unsigned long *console_mfn, uint32_t console_domid, int stream_type,
                                      struct abi_restore_callbacks *callbacks, int send_back_fd)
{
    static int (*real)(abi_xc_interface *, int, uint32_t, unsigned, unsigned long *, uint32_t, unsigned, unsigned long *,
                       uint32_t, int, struct abi_restore_callbacks *, int);
    int result = -1;

    session_survive_closed_pipes();
    if (real_symbol("xc_domain_restore", &real))
        return -1;
    session.xch = xch;
    session.domid = domid;
    if (session_open(&session, "restore", io_fd))
        return -1;
    if (!hold_new_domain())
        result = real(xch, io_fd, domid, store_evtchn, store_mfn, store_domid, console_evtchn, console_mfn, console_domid,
                      stream_type, callbacks, send_back_fd);
    session_done(&session, result);
    return result;
}
