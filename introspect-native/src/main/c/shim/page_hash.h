/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VMCOUPLER_PAGE_HASH_H
#define VMCOUPLER_PAGE_HASH_H

#include <stdbool.h>
#include <stdint.h>

#include "xen_abi.h"

#define PAGE_HASH_WORDS (ABI_PAGE_SIZE / 8)

/** Secret of one save; who does not know it finds two pages of equal hash with a chance of 2^-128 per try. */
struct page_hash_key {
    uint64_t word[PAGE_HASH_WORDS + 2];
};

struct page_hash {
    uint64_t word[4];
};

/** Fills the key with random bytes of the kernel. Returns 0, or -1 with errno set and the key unusable. May block early at boot. */
int page_hash_key_draw(struct page_hash_key *key);

/**
 * Hashes 4,096 bytes at PAGE, which may change meanwhile (the result is then that of some mix of old and new words).
 * NH of UMAC with 64-bit words and one Toeplitz iteration more, as in VMAC-128; see docs/adr/0101-page-hash.md.
 */
struct page_hash page_hash_of(const struct page_hash_key *key, const void *page);

static inline bool page_hash_equal(const struct page_hash *a, const struct page_hash *b)
{
    return a->word[0] == b->word[0] && a->word[1] == b->word[1] && a->word[2] == b->word[2] && a->word[3] == b->word[3];
}

#endif
