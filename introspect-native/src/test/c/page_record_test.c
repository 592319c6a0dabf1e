/* SPDX-License-Identifier: Apache-2.0 */
/* Only records of the layout that libxc makes pass; what is sent is what is noted; a failed write notes nothing. */
#include <errno.h>
#include <string.h>

#include "expect.h"
#include "page_record.h"

static unsigned char guest[3][ABI_PAGE_SIZE], copy[3 * ABI_PAGE_SIZE];
static struct {
    uint32_t type, length, counts[2];
    uint64_t pfns[4];
    struct iovec iov[7];
} record;
static unsigned writes;
static int write_result;

static int fake_write(int fd, const struct iovec *iov, int iovcnt)
{
    (void)fd;
    writes++;
    EXPECT(iovcnt == 5 && iov[4].iov_base == copy && iov[4].iov_len == sizeof(copy));
    return write_result;
}

/* Four pfns: data, hole, table, data. */
static void make_record(void)
{
    static const uint64_t types[4] = {ABI_TYPE_NOTAB, ABI_TYPE_XTAB, ABI_TYPE_L1, ABI_TYPE_NOTAB};

    record.type = 1;
    record.counts[0] = 4;
    record.length = 8 + 4 * 8 + 3 * ABI_PAGE_SIZE;
    for (unsigned i = 0; i < 4; i++)
        record.pfns[i] = types[i] << 60 | (10 + i);
    record.iov[0] = (struct iovec){&record.type, 4};
    record.iov[1] = (struct iovec){&record.length, 4};
    record.iov[2] = (struct iovec){record.counts, 8};
    record.iov[3] = (struct iovec){record.pfns, 32};
    for (unsigned i = 0; i < 3; i++) {
        memset(guest[i], (int)(i + 1), ABI_PAGE_SIZE);
        record.iov[4 + i] = (struct iovec){guest[i], ABI_PAGE_SIZE};
    }
}

static int send_record(struct sent_pages *sent, int iovcnt)
{
    errno = 0;
    return page_record_send(0, record.iov, iovcnt, sent, copy, fake_write);
}

static void notes_what_it_sent(struct sent_pages *sent)
{
    make_record();
    write_result = -1;
    EXPECT(send_record(sent, 7) == -1 && sent->type[10] == SENT_NEVER && sent->records == 0);
    write_result = 0;
    EXPECT(send_record(sent, 7) == 0 && sent->records == 1 && sent->tables == 1);
    EXPECT(sent->type[10] == ABI_TYPE_NOTAB && sent->type[11] == ABI_TYPE_XTAB && sent->type[12] == ABI_TYPE_L1);
    EXPECT(sent_pages_compare(sent, 10, ABI_TYPE_NOTAB, guest[0], true) == PAGE_CLEAN);
    EXPECT(sent_pages_compare(sent, 13, ABI_TYPE_NOTAB, guest[2], true) == PAGE_CLEAN);
    EXPECT(sent_pages_compare(sent, 13, ABI_TYPE_NOTAB, guest[1], false) == PAGE_DIRTY);
    EXPECT(sent_pages_compare(sent, 10, ABI_TYPE_NOTAB, NULL, false) == PAGE_DIRTY);
    EXPECT(sent_pages_compare(sent, 10, ABI_TYPE_XTAB, NULL, false) == PAGE_DIRTY);
    EXPECT(sent_pages_compare(sent, 11, ABI_TYPE_XTAB, NULL, true) == PAGE_CLEAN);
    EXPECT(sent_pages_compare(sent, 12, ABI_TYPE_L1, guest[1], false) == PAGE_DEFERRED);
    EXPECT(sent_pages_compare(sent, 12, ABI_TYPE_L1, guest[1], true) == PAGE_DIRTY);
    EXPECT(sent_pages_compare(sent, 12, ABI_TYPE_NOTAB, guest[1], true) == PAGE_DIRTY);
    EXPECT(sent_pages_compare(sent, 10, ABI_TYPE_L1 | 8, guest[0], false) == PAGE_DEFERRED);
    EXPECT(sent_pages_compare(sent, 14, ABI_TYPE_NOTAB, guest[0], false) == PAGE_DIRTY);
    EXPECT(sent_pages_compare(sent, 1ull << 40, ABI_TYPE_NOTAB, guest[0], false) == PAGE_DIRTY);
}

#define REFUSED(change) \
    do { \
        make_record(); \
        change; \
        EXPECT(send_record(sent, 7) == -1 && errno == EPROTO && writes == before); \
    } while (0)

static void refuses_other_layouts(struct sent_pages *sent)
{
    unsigned before = writes;

    REFUSED(record.length++);
    REFUSED(record.counts[0] = 0);
    REFUSED(record.counts[0] = 5);
    REFUSED(record.counts[0] = 0xffffffff);
    REFUSED(record.iov[1].iov_len = 8);
    REFUSED(record.iov[2].iov_len = 0);
    REFUSED(record.iov[3].iov_len = 24);
    REFUSED(record.iov[5].iov_len = 4095);
    REFUSED(record.pfns[0] |= 0xdull << 60);
    REFUSED(record.pfns[1] &= ~(0xfull << 60));
    make_record();
    EXPECT(send_record(sent, 6) == -1 && errno == EPROTO);
    EXPECT(send_record(sent, 3) == -1 && errno == EPROTO && writes == before);
}

int main(void)
{
    struct sent_pages sent;

    EXPECT(sent_pages_open(&sent, 0) == -1 && sent_pages_open(&sent, SENT_PAGES_MAX + 1) == -1);
    EXPECT(sent_pages_open(&sent, 32) == 0);
    make_record();
    EXPECT(page_record_is(record.iov, 7));
    record.type = 2;
    EXPECT(!page_record_is(record.iov, 7) && !page_record_is(record.iov, 0));
    notes_what_it_sent(&sent);
    refuses_other_layouts(&sent);
    sent_pages_close(&sent);
    return 0;
}
