/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Log-dirty of the domain that is saved. Where Xen does it (PVH, HVM, PV with shadow paging) nothing changes, but that a record which
 * somebody else has emptied fails with ESTALE (dirty_canary.h). Where Xen refuses it with
 * EOPNOTSUPP (PV without shadow paging) the shim finds dirty pages itself, by what it sent of them: docs/software-log-dirty.md.
 * Interposes xc_shadow_control, xc_logdirty_control and writev_exact. One save per process, on its only thread.
 */
#ifndef VMCOUPLER_LOG_DIRTY_H
#define VMCOUPLER_LOG_DIRTY_H

#include <stdbool.h>
#include <stdint.h>

/** Names the domain and the stream of the save that begins; what is interposed acts on these two only. */
void log_dirty_begin(uint32_t domid, int stream);

/** Forgets the save and frees all that was kept for it; keeps errno. */
void log_dirty_end(void);

/** Whether dirty pages are found in software, known once libxc has asked for log-dirty. */
bool log_dirty_is_software(void);

/** Pages that will be sent in the final round whether or not they change, beyond those counted as dirty; 0 with hardware log-dirty. */
unsigned long log_dirty_deferred(void);

#endif
