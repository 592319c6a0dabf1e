/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xc_domain_save in miniature: the rounds, the policy calls before and after each, the records and the cleanup of libxc.
 * Source: tools/libs/guest/xg_sr_save.c, send_memory_live(), suspend_and_send_dirty(), write_batch(), cleanup().
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "fake_xen.h"

#define BATCH 1024u

int writev_exact(int fd, const struct iovec *iov, int iovcnt);
int xc_shadow_control(void *xch, uint32_t domid, unsigned sop, unsigned *mb, unsigned mode);
long long xc_logdirty_control(void *xch, uint32_t domid, unsigned sop, struct abi_hypercall_buffer *bitmap, unsigned long pages,
                              unsigned mode, struct abi_shadow_op_stats *stats);
int xc_get_pfn_type_batch(void *xch, uint32_t domid, unsigned count, abi_xen_pfn_t *types);
void *xenforeignmemory_map(void *handle, uint32_t domid, int protection, size_t pages, const abi_xen_pfn_t *mfns, int *errors);
int xenforeignmemory_unmap(void *handle, void *address, size_t pages);

struct save {
    int fd;
    bool deferred[FAKE_PAGES_MAX];
    unsigned batch[BATCH];
    unsigned batched;
    struct abi_hypercall_buffer bitmap;
    unsigned long bits[FAKE_PAGES_MAX / 64];
    struct abi_save_callbacks *callbacks;
};

FAKE_API int xc_map_domain_meminfo(void *xch, uint32_t domid, struct abi_domain_meminfo *info)
{
    (void)xch, (void)domid;
    *info = (struct abi_domain_meminfo){.guest_width = 8, .p2m_table = fake.p2m, .p2m_size = fake.pages};
    return 0;
}

FAKE_API int xc_unmap_domain_meminfo(void *xch, struct abi_domain_meminfo *info)
{
    (void)xch;
    info->p2m_table = NULL;
    return 0;
}

/* Fills data with what goes of one page; a table with a foreign entry is put off as XTAB, or an error once paused. */
static int prepare_page(struct save *save, unsigned pfn, abi_xen_pfn_t *type, unsigned char *mapped, unsigned char **data)
{
    unsigned nibble = (unsigned)(*type >> ABI_TYPE_SHIFT) & ABI_TYPE_TABLE_MASK;

    *data = mapped;
    if (nibble == 0 || nibble > ABI_TYPE_L4)
        return 0;
    *data = malloc(ABI_PAGE_SIZE);
    if (fake_normalise(pfn, *data))
        return 0;
    free(*data);
    *data = NULL;
    if (fake.paused) {
        errno = ERANGE;
        return -1;
    }
    save->deferred[pfn] = true;
    *type = (abi_xen_pfn_t)ABI_TYPE_XTAB << ABI_TYPE_SHIFT;
    return 0;
}

static int write_record(struct save *save, const abi_xen_pfn_t *types, unsigned char **data, unsigned pages)
{
    struct iovec iov[BATCH + 4];
    struct {
        uint32_t count, reserved;
    } counts = {save->batched, 0};
    uint64_t pfns[BATCH];
    uint32_t type = 1, length = (uint32_t)(sizeof(counts) + 8 * save->batched + ABI_PAGE_SIZE * pages);
    int count = 4;

    for (unsigned i = 0; i < save->batched; i++)
        pfns[i] = ((uint64_t)types[i] << 32) | save->batch[i];
    iov[0] = (struct iovec){&type, sizeof(type)};
    iov[1] = (struct iovec){&length, sizeof(length)};
    iov[2] = (struct iovec){&counts, sizeof(counts)};
    iov[3] = (struct iovec){pfns, 8ul * save->batched};
    for (unsigned i = 0; i < save->batched; i++)
        if (data[i])
            iov[count++] = (struct iovec){data[i], ABI_PAGE_SIZE};
    fake_event(FAKE_BATCH_MAPPED);
    return writev_exact(save->fd, iov, count);
}

static int flush_batch(struct save *save)
{
    abi_xen_pfn_t mfns[BATCH], types[BATCH];
    unsigned char *data[BATCH] = {0}, *mapped[BATCH] = {0};
    char *mapping = NULL;
    int errors[BATCH], result = 0;
    unsigned pages = 0, sent = 0;

    if (save->batched == 0)
        return 0;
    for (unsigned i = 0; i < save->batched; i++)
        types[i] = mfns[i] = fake.p2m[save->batch[i]];
    xc_get_pfn_type_batch(NULL, fake.domid, save->batched, types);
    for (unsigned i = 0; i < save->batched; i++)
        if ((types[i] >> ABI_TYPE_SHIFT) < ABI_TYPE_BROKEN)
            mfns[pages++] = mfns[i];
    if (pages)
        mapping = xenforeignmemory_map(NULL, fake.domid, PROT_READ, pages, mfns, errors);
    for (unsigned i = 0, at = 0; i < save->batched && !result; i++) {
        if ((types[i] >> ABI_TYPE_SHIFT) >= ABI_TYPE_BROKEN)
            continue;
        mapped[i] = (unsigned char *)mapping + ABI_PAGE_SIZE * at++;
        result = prepare_page(save, save->batch[i], &types[i], mapped[i], &data[i]);
        sent += data[i] != NULL;
    }
    if (!result)
        result = write_record(save, types, data, sent);
    for (unsigned i = 0; i < save->batched; i++)
        if (data[i] != mapped[i])
            free(data[i]);
    if (mapping)
        xenforeignmemory_unmap(NULL, mapping, pages);
    save->batched = 0;
    return result;
}

static int send_dirty_pages(struct save *save)
{
    for (unsigned pfn = 0; pfn < fake.pages; pfn++) {
        if (!(save->bits[pfn / 64] >> (pfn % 64) & 1))
            continue;
        if (save->batched == BATCH && flush_batch(save))
            return -1;
        save->batch[save->batched++] = pfn;
    }
    return flush_batch(save);
}

static int take_bitmap(struct save *save, unsigned mode, struct abi_shadow_op_stats *stats)
{
    /* As DECLARE_HYPERCALL_BUFFER_SHADOW makes it: the descriptor that is passed points to the one with the buffer. */
    struct abi_hypercall_buffer shadow = {.hbuf = (void *)-1, .param_shadow = &save->bitmap};

    save->bitmap.hbuf = save->bits;
    if (xc_logdirty_control(NULL, fake.domid, ABI_SHADOW_CLEAN, mode ? &save->bitmap : &shadow, fake.pages, mode, stats) !=
        (long long)fake.pages)
        return -1;
    fake.scans++;
    fake.final_scans += mode & ABI_LOGDIRTY_FINAL;
    fake_event(FAKE_SCANNED);
    return 0;
}

static int send_memory_live(struct save *save)
{
    struct abi_precopy_stats policy = {.dirty_count = fake.pages};
    struct abi_shadow_op_stats stats = {0, fake.pages};
    int decision;

    memset(save->bits, 0xff, sizeof(save->bits));
    for (unsigned x = 0;;) {
        decision = save->callbacks->precopy_policy(policy, save->callbacks->data);
        fake.round = x++;
        if (stats.dirty_count > 0 && decision != ABI_POLICY_ABORT && send_dirty_pages(save))
            return -1;
        if (decision != ABI_POLICY_CONTINUE)
            break;
        policy.iteration = x;
        policy.total_written += (unsigned long)policy.dirty_count;
        policy.dirty_count = -1;
        decision = save->callbacks->precopy_policy(policy, save->callbacks->data);
        if (decision != ABI_POLICY_CONTINUE)
            break;
        if (take_bitmap(save, 0, &stats))
            return -1;
        policy.dirty_count = stats.dirty_count;
    }
    return decision == ABI_POLICY_ABORT ? -1 : 0;
}

static int suspend_and_send_dirty(struct save *save)
{
    struct abi_shadow_op_stats stats = {0, fake.pages};

    if (save->callbacks->suspend(save->callbacks->data) == 0 || take_bitmap(save, ABI_LOGDIRTY_FINAL, &stats))
        return -1;
    for (unsigned pfn = 0; pfn < fake.pages; pfn++)
        if (save->deferred[pfn])
            save->bits[pfn / 64] |= 1ul << (pfn % 64);
    return send_dirty_pages(save);
}

FAKE_API int xc_domain_save(void *xch, int fd, uint32_t domid, uint32_t flags, struct abi_save_callbacks *callbacks, int stream_type,
                            int recv_fd)
{
    struct save *save = calloc(1, sizeof(*save));
    uint32_t end[2] = {0, 0};
    struct iovec iov = {end, sizeof(end)};
    int result = -1;

    (void)xch, (void)flags, (void)stream_type, (void)recv_fd;
    save->fd = fd;
    save->callbacks = callbacks;
    if (!xc_shadow_control(NULL, domid, ABI_SHADOW_ENABLE_LOGDIRTY, NULL, 0) && !send_memory_live(save) &&
        !suspend_and_send_dirty(save))
        result = writev_exact(fd, &iov, 1);
    xc_shadow_control(NULL, domid, ABI_SHADOW_OFF, NULL, 0);
    free(save);
    return result;
}

/* Reads one byte, so that a test can tell whether the stream was touched. */
FAKE_API int xc_domain_restore(void *xch, int fd, uint32_t domid, unsigned store_evtchn, unsigned long *store_mfn, uint32_t store_domid,
                               unsigned console_evtchn, unsigned long *console_mfn, uint32_t console_domid, int stream_type,
                               void *callbacks, int send_back_fd)
{
    char byte;

    (void)xch, (void)domid, (void)store_evtchn, (void)store_mfn, (void)store_domid, (void)console_evtchn, (void)console_mfn;
    (void)console_domid, (void)stream_type, (void)callbacks, (void)send_back_fd;
    fake.restores++;
    return read(fd, &byte, 1) == 1 ? 0 : -1;
}
