/* SPDX-License-Identifier: Apache-2.0 */
/* PAGE_DATA records as libxc hands them to writev_exact, and the way of their bytes into the stream. */
#ifndef VMCOUPLER_PAGE_RECORD_H
#define VMCOUPLER_PAGE_RECORD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#include "sent_pages.h"

/** Most pfns of one record. Source: tools/libs/guest/xg_sr_common.h, MAX_BATCH_SIZE. */
#define PAGE_RECORD_PFNS_MAX 1024u

/** Source: tools/libs/ctrl/xc_private.c, writev_exact: 0 once all bytes are written, else -1. */
typedef int writev_exact_function(int fd, const struct iovec *iov, int iovcnt);

/** Whether IOV begins with a record header of type PAGE_DATA. */
bool page_record_is(const struct iovec *iov, int iovcnt);

/**
 * Writes the PAGE_DATA record IOV to FD and notes its pages in SENT. The data iovecs point into live guest memory: they are
 * copied once, and the copy is both what is hashed and what is sent. COPY holds PAGE_RECORD_PFNS_MAX pages. Returns 0 when all
 * is written; -1 with errno EPROTO, nothing written, if the record is not of the layout that libxc's write_batch() makes; else
 * what WRITE returned. Nothing is noted on failure.
 */
int page_record_send(int fd, const struct iovec *iov, int iovcnt, struct sent_pages *sent, void *copy,
                     writev_exact_function *write);

#endif
