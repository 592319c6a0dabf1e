/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "scan.h"

#include <errno.h>
#include <string.h>

#define MAGIC UINT64_C(0x564d434f55504c52)
#define MARK_2 UINT64_C(0x1122334455667788)
#define MARK_3 UINT64_C(0xfeedfacecafebeef)

/* namesz 11, descsz (any), type 0, then the name, padded to 4 bytes. Source: Linux kernel/crash_core.c, append_elf_note. */
#define NOTE_HEADER_BYTES 24

static const char TEXT_START[] = "OSRELEASE=";

/* True for most pages that are not of the kind, after a look at a few bytes: a scan reads one cache line a page. */
static bool hopeless(const unsigned char *page, enum vmc_page_kind kind) {
    if (kind == VMC_PAGE_COUNTER) {
        uint64_t magic = MAGIC;
        return memcmp(page, &magic, sizeof magic) != 0;
    }
    return memcmp(page, TEXT_START, sizeof TEXT_START - 1) != 0
           && memcmp(page + NOTE_HEADER_BYTES, TEXT_START, sizeof TEXT_START - 1) != 0;
}

static bool is_counter(const unsigned char *page) {
    uint64_t words[5];
    memcpy(words, page, sizeof words);
    return words[0] == MAGIC && words[2] == MARK_2 && words[3] == MARK_3 && words[4] == (words[0] ^ words[2]);
}

static bool is_vmcoreinfo(const unsigned char *page) {
    static const unsigned char NAME[12] = "VMCOREINFO";
    size_t at = memcmp(page, TEXT_START, sizeof TEXT_START - 1) == 0 ? 0 : NOTE_HEADER_BYTES;
    if (at != 0 && (memcmp(page + 12, NAME, sizeof NAME) != 0 || memcmp(page + at, TEXT_START, sizeof TEXT_START - 1) != 0)) {
        return false;
    }
    /* The kernel's own format string also starts with OSRELEASE=: a real text goes on with lines that every kernel writes. */
    return memmem(page + at, VMC_PAGE_SIZE - at, "\nPAGESIZE=", 10) != NULL
           && memmem(page + at, VMC_PAGE_SIZE - at, "\nSYMBOL(", 8) != NULL;
}

bool vmc_page_is(const unsigned char *page, enum vmc_page_kind kind) {
    return kind == VMC_PAGE_COUNTER ? is_counter(page) : is_vmcoreinfo(page);
}

static int look(struct vmc_window *window, int32_t generation, uint64_t page, enum vmc_page_kind kind) {
    const void *data;
    int rc = vmc_window_begin_read(window, generation, page * VMC_PAGE_SIZE, VMC_PAGE_SIZE, &data);
    if (rc != 0) {
        return rc;
    }
    rc = ENODATA;
    if (!hopeless(data, kind)) {
        /* The target may be writing: judge a copy, so that all tests see the same bytes. */
        unsigned char copy[VMC_PAGE_SIZE];
        memcpy(copy, data, sizeof copy);
        rc = vmc_page_is(copy, kind) ? 0 : ENODATA;
    }
    vmc_window_end_read(window);
    return rc;
}

int vmc_scan(struct vmc_window *window, int32_t generation, enum vmc_page_kind kind, size_t from, int64_t *found) {
    *found = -1;
    if (kind != VMC_PAGE_COUNTER && kind != VMC_PAGE_VMCOREINFO) {
        return EINVAL;
    }
    for (uint64_t page = from;; page++) {
        int rc = look(window, generation, page, kind);
        if (rc == 0) {
            *found = (int64_t)page;
            return 0;
        }
        if (rc == ERANGE) {
            return 0;
        }
        if (rc != ENODATA) {
            return rc;
        }
    }
}
