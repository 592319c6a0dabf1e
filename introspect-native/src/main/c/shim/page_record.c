/* SPDX-License-Identifier: Apache-2.0 */
#include "page_record.h"

#include <errno.h>
#include <string.h>

/* Source: tools/libs/guest/xg_sr_stream_format.h; layout of the iovecs: tools/libs/guest/xg_sr_save.c, write_batch(). */
#define REC_TYPE_PAGE_DATA 1u
#define PAGE_DATA_PFN_MASK 0x000fffffffffffffull
#define PAGE_DATA_TYPE_SHIFT 60

enum { IOV_TYPE, IOV_LENGTH, IOV_COUNTS, IOV_PFNS, IOV_DATA };

struct page_data_counts {
    uint32_t count;
    uint32_t reserved;
};

bool page_record_is(const struct iovec *iov, int iovcnt)
{
    uint32_t type;

    if (iovcnt < 1 || iov[IOV_TYPE].iov_len != sizeof(type))
        return false;
    memcpy(&type, iov[IOV_TYPE].iov_base, sizeof(type));
    return type == REC_TYPE_PAGE_DATA;
}

static unsigned type_of(uint64_t entry)
{
    return (unsigned)(entry >> PAGE_DATA_TYPE_SHIFT);
}

/* Checks the record against itself; stores the numbers of its pfns. */
static int check(const struct iovec *iov, int iovcnt, uint32_t *pfns)
{
    struct page_data_counts counts;
    const uint64_t *entries;
    uint32_t length, with_data = 0;

    if (iovcnt < IOV_DATA || iov[IOV_LENGTH].iov_len != sizeof(length) || iov[IOV_COUNTS].iov_len != sizeof(counts))
        return -1;
    memcpy(&length, iov[IOV_LENGTH].iov_base, sizeof(length));
    memcpy(&counts, iov[IOV_COUNTS].iov_base, sizeof(counts));
    if (counts.count == 0 || counts.count > PAGE_RECORD_PFNS_MAX || iov[IOV_PFNS].iov_len != 8ul * counts.count)
        return -1;
    entries = iov[IOV_PFNS].iov_base;
    for (uint32_t i = 0; i < counts.count; i++)
        with_data += page_type_has_data(type_of(entries[i]));
    if (with_data != (uint32_t)(iovcnt - IOV_DATA) || length != sizeof(counts) + 8 * counts.count + ABI_PAGE_SIZE * with_data)
        return -1;
    for (int i = IOV_DATA; i < iovcnt; i++)
        if (iov[i].iov_len != ABI_PAGE_SIZE)
            return -1;
    *pfns = counts.count;
    return 0;
}

static void note_all(struct sent_pages *sent, const uint64_t *entries, uint32_t pfns, const char *copy)
{
    for (uint32_t i = 0; i < pfns; i++) {
        unsigned type = type_of(entries[i]);
        bool has_data = page_type_has_data(type);

        sent_pages_note(sent, entries[i] & PAGE_DATA_PFN_MASK, type, has_data ? copy : NULL);
        if (has_data)
            copy += ABI_PAGE_SIZE;
    }
    sent->records++;
}

int page_record_send(int fd, const struct iovec *iov, int iovcnt, struct sent_pages *sent, void *copy,
                     writev_exact_function *write)
{
    struct iovec out[IOV_DATA + 1];
    uint32_t pfns = 0;
    size_t copied = 0;
    int result;

    if (check(iov, iovcnt, &pfns)) {
        errno = EPROTO;
        return -1;
    }
    for (int i = IOV_DATA; i < iovcnt; i++, copied += ABI_PAGE_SIZE)
        memcpy((char *)copy + copied, iov[i].iov_base, ABI_PAGE_SIZE);
    memcpy(out, iov, IOV_DATA * sizeof(*iov));
    out[IOV_DATA] = (struct iovec){.iov_base = copy, .iov_len = copied};
    result = write(fd, out, copied ? IOV_DATA + 1 : IOV_DATA);
    if (!result)
        note_all(sent, iov[IOV_PFNS].iov_base, pfns, copy);
    return result;
}
