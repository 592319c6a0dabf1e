/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PV domain of the size of a test, and just enough of libxenctrl, libxenforeignmemory and libxenguest to save it live: the
 * calls that the shim makes or takes the place of, in the order and with the iovec layout of libxc.
 */
#ifndef VMCOUPLER_FAKE_XEN_H
#define VMCOUPLER_FAKE_XEN_H

#include <stdbool.h>
#include <stdint.h>

#include "xen_abi.h"

#define FAKE_PAGES_MAX 4096u
#define FAKE_MFN_BASE 0x10000ul
#define FAKE_API __attribute__((visibility("default")))

enum fake_event {
    FAKE_BATCH_MAPPED, /* libxc has mapped the batch and is about to write its record */
    FAKE_WRITING,      /* the record is in the real writev_exact, its bytes not yet written */
    FAKE_WRITTEN,      /* the record is written */
    FAKE_SCANNED,      /* the dirty bitmap of a round was taken */
    FAKE_SUSPENDING    /* libxl's suspend callback runs */
};

struct fake_domain {
    uint32_t domid;
    unsigned pages;
    int memory_file;
    /** By machine frame, not by pfn. */
    unsigned char *memory;
    /** Type nibble of each pfn, as Xen would say it. */
    uint8_t type[FAKE_PAGES_MAX];
    abi_xen_pfn_t p2m[FAKE_PAGES_MAX];
    bool hardware_logdirty;
    bool logdirty_on;
    /** The page of xenstore is in the hardware's record; of a domain that has one it is the last page. */
    bool store_page_dirty;
    bool pause_fails;
    bool paused;
    bool suspended;
    unsigned round;
    unsigned scans, final_scans, switched_off, pauses, suspends, restores, maps;
    void (*hook)(enum fake_event event);
};

FAKE_API extern struct fake_domain fake;

/** Makes the domain anew with PAGES pages of ordinary memory. */
FAKE_API void fake_reset(unsigned pages);
FAKE_API unsigned char *fake_page(unsigned pfn);
/** What the destination must hold of a page table: machine frames replaced by pfns. False if an entry names a foreign frame. */
FAKE_API bool fake_normalise(unsigned pfn, unsigned char *out);
FAKE_API void fake_event(enum fake_event event);

#endif
