/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "log_dirty.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dirty_canary.h"
#include "dirty_scan.h"
#include "guest_memory.h"
#include "page_record.h"
#include "real_symbol.h"
#include "sent_pages.h"
#include "shim_log.h"

static struct {
    bool saving, software, scanned;
    uint32_t domid;
    int stream;
    struct guest_memory memory;
    struct sent_pages sent;
    struct dirty_scan last;
    void *copy;
} state;

void log_dirty_begin(uint32_t domid, int stream)
{
    state.saving = true;
    state.domid = domid;
    state.stream = stream;
    dirty_canary_forget();
}

static void software_off(void)
{
    guest_memory_close(&state.memory);
    sent_pages_close(&state.sent);
    free(state.copy);
    state.copy = NULL;
    state.software = state.scanned = false;
}

void log_dirty_end(void)
{
    int saved = errno;

    if (state.software)
        software_off();
    state.saving = false;
    errno = saved;
}

bool log_dirty_is_software(void)
{
    return state.software;
}

unsigned long log_dirty_deferred(void)
{
    if (!state.software)
        return 0;
    return state.scanned ? state.last.deferred : state.sent.tables;
}

static int software_on(abi_xc_interface *xch)
{
    if (guest_memory_open(&state.memory, xch, state.domid))
        return -1;
    state.copy = malloc((size_t)PAGE_RECORD_PFNS_MAX * ABI_PAGE_SIZE);
    if (!state.copy || sent_pages_open(&state.sent, state.memory.info.p2m_size)) {
        guest_memory_close(&state.memory);
        free(state.copy);
        state.copy = NULL;
        return -1;
    }
    state.software = true;
    shim_log("domain %u: software log-dirty on, %lu pages", state.domid, state.sent.count);
    return 0;
}

/* Source: tools/libs/ctrl/xc_domain.c, xc_shadow_control; called by tools/libs/guest/xg_sr_save.c, enable_logdirty() and cleanup(). */
SHIM_INTERPOSED int xc_shadow_control(abi_xc_interface *xch, uint32_t domid, unsigned sop, unsigned *mb, unsigned mode)
{
    static int (*real)(abi_xc_interface *, uint32_t, unsigned, unsigned *, unsigned);
    int result, error;

    if (state.software && domid == state.domid) {
        if (sop == ABI_SHADOW_OFF)
            software_off();
        return 0;
    }
    if (real_symbol("xc_shadow_control", &real))
        return -1;
    result = real(xch, domid, sop, mb, mode);
    error = errno;
    if (!result && sop == ABI_SHADOW_ENABLE_LOGDIRTY && state.saving && domid == state.domid)
        dirty_canary_mark(xch, domid);
    if (result < 0 && error == EOPNOTSUPP && sop == ABI_SHADOW_ENABLE_LOGDIRTY && state.saving && domid == state.domid &&
        !software_on(xch))
        return 0;
    errno = error;
    return result;
}

static long monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A buffer may be passed by a shadow of its descriptor. Source: tools/include/xenctrl.h, HYPERCALL_BUFFER. */
static struct abi_hypercall_buffer *buffer_of(struct abi_hypercall_buffer *bitmap)
{
    return bitmap && bitmap->param_shadow ? bitmap->param_shadow : bitmap;
}

static long long software_scan(abi_xc_interface *xch, struct abi_hypercall_buffer *bitmap, unsigned long pages, bool final,
                               struct abi_shadow_op_stats *stats)
{
    struct abi_hypercall_buffer *buffer = buffer_of(bitmap);
    long begin = monotonic_ms();

    (void)xch;
    if (!buffer || !buffer->hbuf || pages > SENT_PAGES_MAX) {
        errno = EINVAL;
        return -1;
    }
    if (state.sent.records == 0) {
        shim_log("domain %u: no page was seen on its way to the stream", state.domid);
        errno = ENOSYS;
        return -1;
    }
    if (dirty_scan_run(&state.memory, &state.sent, final, buffer->hbuf, pages, &state.last))
        return -1;
    state.scanned = true;
    if (stats)
        *stats = (struct abi_shadow_op_stats){.dirty_count = (uint32_t)state.last.dirty};
    shim_log("domain %u: %s scan: %lu dirty, %lu deferred, %ld ms", state.domid, final ? "final" : "round", state.last.dirty,
             state.last.deferred, monotonic_ms() - begin);
    return (long long)pages;
}

/* Source: tools/libs/ctrl/xc_domain.c, xc_logdirty_control; libxc calls it once after each round and once after the suspend. */
SHIM_INTERPOSED long long xc_logdirty_control(abi_xc_interface *xch, uint32_t domid, unsigned sop, struct abi_hypercall_buffer *bitmap,
                                              unsigned long pages, unsigned mode, struct abi_shadow_op_stats *stats)
{
    static long long (*real)(abi_xc_interface *, uint32_t, unsigned, struct abi_hypercall_buffer *, unsigned long, unsigned,
                             struct abi_shadow_op_stats *);
    struct abi_hypercall_buffer *buffer = buffer_of(bitmap);
    long long result;

    if (state.software && domid == state.domid && (sop == ABI_SHADOW_CLEAN || sop == ABI_SHADOW_PEEK))
        return software_scan(xch, bitmap, pages, (mode & ABI_LOGDIRTY_FINAL) != 0, stats);
    if (real_symbol("xc_logdirty_control", &real))
        return -1;
    result = real(xch, domid, sop, bitmap, pages, mode, stats);
    if (result < 0 || !state.saving || domid != state.domid || !buffer || !buffer->hbuf)
        return result;
    if (dirty_canary_is_missing(buffer->hbuf, pages)) {
        shim_log("domain %u: somebody else has emptied the record of dirty pages; what it wrote since is not known", domid);
        errno = ESTALE;
        return -1;
    }
    dirty_canary_mark(xch, domid);
    return result;
}

/*
 * libxenguest's write_batch() calls this through its PLT with one whole record, before libxenctrl cuts it at IOV_MAX for writev():
 * so a record is seen once and entire. Source: tools/libs/ctrl/xc_private.c, writev_exact; tools/libs/guest/xg_sr_save.c.
 */
SHIM_INTERPOSED int writev_exact(int fd, const struct iovec *iov, int iovcnt)
{
    static writev_exact_function *real;

    if (real_symbol("writev_exact", &real))
        return -1;
    if (!state.software || fd != state.stream || !page_record_is(iov, iovcnt))
        return real(fd, iov, iovcnt);
    if (!page_record_send(fd, iov, iovcnt, &state.sent, state.copy, real))
        return 0;
    if (errno == EPROTO)
        shim_log("domain %u: a page record of unknown layout", state.domid);
    return -1;
}
