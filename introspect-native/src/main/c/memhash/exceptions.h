/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frames of a domain that a move changes by design, as far as dom0 can tell which they are: the closed list of those that need not
 * be equal at source and destination.
 */
#ifndef VMCOUPLER_EXCEPTIONS_H
#define VMCOUPLER_EXCEPTIONS_H

#include "domain_view.h"
#include "frame_map.h"

#define EXCEPTIONS_MAX 4096

struct exceptions {
    unsigned count;
    struct {
        unsigned long pfn;
        const char *reason;
    } entry[EXCEPTIONS_MAX];
};

/** Collects the exceptions of a paused or suspended domain. A frame that cannot be found is left out, never guessed. */
void exceptions_collect(struct exceptions *exceptions, struct domain_view *view, const struct frame_map *map);

/** The reason why this frame is excepted, or NULL. */
const char *exceptions_reason(const struct exceptions *exceptions, unsigned long pfn);

#endif
