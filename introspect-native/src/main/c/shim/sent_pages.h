/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the destination has: for each pfn the type and the hash of the bytes that were last sent. A page is clean only by
 * comparison with this, so a page that changed between a scan and its sending cannot be mistaken for a clean one.
 */
#ifndef VMCOUPLER_SENT_PAGES_H
#define VMCOUPLER_SENT_PAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "page_hash.h"

/** Pfns beyond this are refused: 2^22 pages are 16 GiB, far above any guard, and bound the table to 144 MiB. */
#define SENT_PAGES_MAX (1ul << 22)

struct sent_pages {
    struct page_hash_key key;
    unsigned long count;
    /** Type as last sent, or SENT_NEVER; count entries. */
    uint8_t *type;
    /** Hash of the bytes as last sent, valid where the type has data and is no page table. */
    struct page_hash *hash;
    /** Entries last sent as a page table. */
    unsigned long tables;
    /** PAGE_DATA records seen. */
    unsigned long records;
};

#define SENT_NEVER 0xff

enum page_state {
    PAGE_CLEAN,
    PAGE_DIRTY,
    /** A page table in mid pre-copy: goes in the final round in any case, so sending it now would be waste. */
    PAGE_DEFERRED
};

/** Draws a key and allocates COUNT entries, all never sent. Returns 0, or -1 with errno and nothing allocated. */
int sent_pages_open(struct sent_pages *sent, unsigned long count);
void sent_pages_close(struct sent_pages *sent);

/** Notes one page as sent; PAGE holds the very bytes, NULL if the type has none. A pfn beyond the table is left never sent. */
void sent_pages_note(struct sent_pages *sent, uint64_t pfn, unsigned type, const void *page);

/**
 * What the page PFN, now of type TYPE and with the bytes at PAGE, is against what was sent. PAGE is NULL if it could not be
 * mapped, and is not read where the types alone decide. FINAL: the domain is suspended and this is the last scan.
 */
enum page_state sent_pages_compare(const struct sent_pages *sent, uint64_t pfn, unsigned type, const void *page, bool final);

static inline bool page_type_has_data(unsigned type)
{
    return type < ABI_TYPE_BROKEN;
}

static inline bool page_type_is_table(unsigned type)
{
    return page_type_has_data(type) && (type & ABI_TYPE_TABLE_MASK) >= ABI_TYPE_L1 && (type & ABI_TYPE_TABLE_MASK) <= ABI_TYPE_L4;
}

#endif
