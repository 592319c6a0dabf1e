/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "migration.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expect.h"

int xc_domain_save(void *xch, int fd, uint32_t domid, uint32_t flags, struct abi_save_callbacks *callbacks, int stream_type,
                   int recv_fd);

static bool take(int fd, void *to, size_t length)
{
    for (size_t done = 0; done < length;) {
        ssize_t got = read(fd, (char *)to + done, length - done);

        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

static bool take_pages(struct migration *migration)
{
    uint32_t counts[2];
    uint64_t pfns[1024];

    if (!take(migration->stream[1], counts, sizeof(counts)))
        return false;
    EXPECT(counts[0] >= 1 && counts[0] <= 1024);
    if (!take(migration->stream[1], pfns, 8ul * counts[0]))
        return false;
    for (unsigned i = 0; i < counts[0]; i++) {
        unsigned pfn = (unsigned)pfns[i];

        EXPECT(pfn < fake.pages);
        migration->seen[pfn] = true;
        migration->times_sent[pfn]++;
        migration->type[pfn] = (uint8_t)(pfns[i] >> 60);
        if (migration->type[pfn] < ABI_TYPE_BROKEN &&
            !take(migration->stream[1], migration->image + (size_t)pfn * ABI_PAGE_SIZE, ABI_PAGE_SIZE))
            return false;
    }
    return true;
}

static void *receive(void *argument)
{
    struct migration *migration = argument;
    uint32_t header[2];

    while (take(migration->stream[1], header, sizeof(uint32_t))) {
        if (header[0] == 0) {
            migration->ended = true;
            break;
        }
        EXPECT(header[0] == 1);
        if (!take(migration->stream[1], &header[1], sizeof(uint32_t)) || !take_pages(migration))
            break;
    }
    return NULL;
}

void migration_open(struct migration *migration)
{
    memset(migration, 0, sizeof(*migration));
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, migration->stream) == 0);
    migration->image = calloc(fake.pages, ABI_PAGE_SIZE);
    EXPECT(migration->image && pthread_create(&migration->receiver, NULL, receive, migration) == 0);
}

int migration_save(struct migration *migration, struct abi_save_callbacks *callbacks)
{
    int result = xc_domain_save(NULL, migration->stream[0], fake.domid, 1, callbacks, ABI_STREAM_PLAIN, -1);

    close(migration->stream[0]);
    pthread_join(migration->receiver, NULL);
    close(migration->stream[1]);
    return result;
}

unsigned migration_differences(const struct migration *migration)
{
    unsigned differing = 0;
    unsigned char expected[ABI_PAGE_SIZE];

    for (unsigned pfn = 0; pfn < fake.pages; pfn++) {
        bool hole = fake.p2m[pfn] == ~0ul;
        unsigned type = hole ? ABI_TYPE_XTAB : fake.type[pfn];
        unsigned level = type & ABI_TYPE_TABLE_MASK;

        if (!migration->seen[pfn] || migration->type[pfn] != type) {
            differing++;
            continue;
        }
        if (type >= ABI_TYPE_BROKEN)
            continue;
        if (level >= ABI_TYPE_L1 && level <= ABI_TYPE_L4)
            EXPECT(fake_normalise(pfn, expected));
        else
            memcpy(expected, fake_page(pfn), ABI_PAGE_SIZE);
        differing += memcmp(expected, migration->image + (size_t)pfn * ABI_PAGE_SIZE, ABI_PAGE_SIZE) != 0;
    }
    return differing;
}

void migration_close(struct migration *migration)
{
    free(migration->image);
    migration->image = NULL;
}

int migration_suspend(void *data)
{
    (void)data;
    fake.suspends++;
    fake.suspended = true;
    fake_event(FAKE_SUSPENDING);
    return 1;
}
