/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "fake_xen.h"

struct fake_domain fake;

void fake_reset(unsigned pages)
{
    if (fake.memory) {
        munmap(fake.memory, (size_t)fake.pages * ABI_PAGE_SIZE);
        close(fake.memory_file);
    }
    fake = (struct fake_domain){.domid = 7, .pages = pages};
    fake.memory_file = memfd_create("fake-domain", MFD_CLOEXEC);
    if (ftruncate(fake.memory_file, (off_t)pages * ABI_PAGE_SIZE))
        abort();
    fake.memory = mmap(NULL, (size_t)pages * ABI_PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fake.memory_file, 0);
    for (unsigned pfn = 0; pfn < pages; pfn++) {
        fake.p2m[pfn] = FAKE_MFN_BASE + pages - 1 - pfn;
        memset(fake_page(pfn), (int)(pfn & 0xff), ABI_PAGE_SIZE);
    }
}

unsigned char *fake_page(unsigned pfn)
{
    return fake.memory + (fake.p2m[pfn] - FAKE_MFN_BASE) * ABI_PAGE_SIZE;
}

bool fake_normalise(unsigned pfn, unsigned char *out)
{
    uint64_t entry[ABI_PAGE_SIZE / 8];

    memcpy(entry, fake_page(pfn), sizeof(entry));
    for (unsigned i = 0; i < ABI_PAGE_SIZE / 8; i++) {
        if (entry[i] == 0)
            continue;
        if (entry[i] < FAKE_MFN_BASE || entry[i] >= FAKE_MFN_BASE + fake.pages)
            return false;
        entry[i] = 1 + fake.pages - 1 - (entry[i] - FAKE_MFN_BASE);
    }
    memcpy(out, entry, sizeof(entry));
    return true;
}

void fake_event(enum fake_event event)
{
    if (fake.hook)
        fake.hook(event);
}

FAKE_API int writev_exact(int fd, const struct iovec *iov, int iovcnt)
{
    bool pages = iovcnt > 2;

    if (pages)
        fake_event(FAKE_WRITING);
    for (int i = 0; i < iovcnt; i++) {
        for (size_t done = 0; done < iov[i].iov_len;) {
            ssize_t wrote = write(fd, (const char *)iov[i].iov_base + done, iov[i].iov_len - done);

            if (wrote <= 0)
                return -1;
            done += (size_t)wrote;
        }
    }
    if (pages)
        fake_event(FAKE_WRITTEN);
    return 0;
}

FAKE_API int xc_shadow_control(void *xch, uint32_t domid, unsigned sop, unsigned *mb, unsigned mode)
{
    (void)xch, (void)domid, (void)mb, (void)mode;
    if (sop == ABI_SHADOW_ENABLE_LOGDIRTY && !fake.hardware_logdirty) {
        errno = EOPNOTSUPP;
        return -1;
    }
    if (sop == ABI_SHADOW_ENABLE_LOGDIRTY && fake.logdirty_on) {
        errno = EINVAL;
        return -1;
    }
    fake.switched_off += sop == ABI_SHADOW_OFF;
    fake.logdirty_on = sop == ABI_SHADOW_ENABLE_LOGDIRTY;
    fake.store_page_dirty = false;
    return 0;
}

FAKE_API int xc_hvm_param_get(void *xch, uint32_t domid, uint32_t param, uint64_t *value)
{
    (void)xch, (void)domid;
    if (!fake.hardware_logdirty || param != ABI_HVM_STORE_PFN) {
        errno = EINVAL;
        return -1;
    }
    *value = fake.pages - 1;
    return 0;
}

FAKE_API int xc_hvm_modified_memory(void *xch, uint32_t domid, uint64_t first_pfn, uint32_t nr)
{
    (void)xch, (void)domid;
    fake.store_page_dirty |= fake.logdirty_on && first_pfn == fake.pages - 1 && nr == 1;
    return 0;
}

/* Xen's own: every page is dirty but the last, which is if it was marked; and none if it is off, which is no error. Source: xen/arch/x86/mm/paging.c, paging_log_dirty_op(). */
FAKE_API long long xc_logdirty_control(void *xch, uint32_t domid, unsigned sop, struct abi_hypercall_buffer *bitmap, unsigned long pages,
                                       unsigned mode, struct abi_shadow_op_stats *stats)
{
    (void)xch, (void)domid, (void)sop, (void)mode;
    bitmap = bitmap->param_shadow ? bitmap->param_shadow : bitmap;
    memset(bitmap->hbuf, fake.logdirty_on ? 0xff : 0, (pages + 7) / 8);
    if (!fake.store_page_dirty)
        ((unsigned char *)bitmap->hbuf)[(pages - 1) / 8] &= (unsigned char)~(1u << (pages - 1) % 8);
    fake.store_page_dirty = false;
    stats->dirty_count = fake.logdirty_on ? (uint32_t)pages : 0;
    return (long long)pages;
}

FAKE_API int xc_domain_pause(void *xch, uint32_t domid)
{
    (void)xch, (void)domid;
    if (fake.pause_fails) {
        errno = EPERM;
        return -1;
    }
    fake.pauses++;
    fake.paused = true;
    return 0;
}

FAKE_API int xc_get_pfn_type_batch(void *xch, uint32_t domid, unsigned count, abi_xen_pfn_t *types)
{
    (void)xch, (void)domid;
    if (count > ABI_TYPE_BATCH_MAX) {
        errno = E2BIG;
        return -1;
    }
    for (unsigned i = 0; i < count; i++) {
        abi_xen_pfn_t mfn = types[i];
        bool ours = mfn >= FAKE_MFN_BASE && mfn < FAKE_MFN_BASE + fake.pages;

        types[i] = (abi_xen_pfn_t)(ours ? fake.type[fake.pages - 1 - (mfn - FAKE_MFN_BASE)] : ABI_TYPE_XTAB) << ABI_TYPE_SHIFT;
    }
    return 0;
}

FAKE_API void *xenforeignmemory_open(void *logger, unsigned flags)
{
    (void)logger, (void)flags;
    return &fake;
}

FAKE_API int xenforeignmemory_close(void *handle)
{
    (void)handle;
    return 0;
}

FAKE_API void *xenforeignmemory_map(void *handle, uint32_t domid, int protection, size_t pages, const abi_xen_pfn_t *mfns, int *errors)
{
    char *base = mmap(NULL, pages * ABI_PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)handle, (void)domid;
    fake.maps++;
    for (size_t i = 0; i < pages; i++) {
        bool ours = mfns[i] >= FAKE_MFN_BASE && mfns[i] < FAKE_MFN_BASE + fake.pages;

        errors[i] = ours ? 0 : -EINVAL;
        if (ours && mmap(base + i * ABI_PAGE_SIZE, ABI_PAGE_SIZE, protection, MAP_SHARED | MAP_FIXED, fake.memory_file,
                         (off_t)(mfns[i] - FAKE_MFN_BASE) * ABI_PAGE_SIZE) == MAP_FAILED)
            abort();
    }
    return base;
}

FAKE_API int xenforeignmemory_unmap(void *handle, void *address, size_t pages)
{
    (void)handle;
    return munmap(address, pages * ABI_PAGE_SIZE);
}
