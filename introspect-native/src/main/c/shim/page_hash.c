/* SPDX-License-Identifier: Apache-2.0 */
#include "page_hash.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

typedef unsigned __int128 uint128;

int page_hash_key_draw(struct page_hash_key *key)
{
    unsigned char *at = (unsigned char *)key->word;
    size_t left = sizeof(key->word);

    while (left > 0) {
        ssize_t got = getrandom(at, left, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return -1;
        at += got;
        left -= (size_t)got;
    }
    return 0;
}

static inline uint64_t word_at(const unsigned char *page, unsigned index)
{
    uint64_t word;

    memcpy(&word, page + 8 * index, sizeof(word));
    return word;
}

struct page_hash page_hash_of(const struct page_hash_key *key, const void *page)
{
    const unsigned char *bytes = page;
    const uint64_t *k = key->word;
    uint128 first = 0, second = 0;

    for (unsigned i = 0; i < PAGE_HASH_WORDS; i += 2) {
        uint64_t even = word_at(bytes, i), odd = word_at(bytes, i + 1);

        first += (uint128)(even + k[i]) * (odd + k[i + 1]);
        /* The same key, shifted by one pair: independent of the first pass for a fixed length (UMAC, theorem on Toeplitz NH). */
        second += (uint128)(even + k[i + 2]) * (odd + k[i + 3]);
    }
    return (struct page_hash){{(uint64_t)first, (uint64_t)(first >> 64), (uint64_t)second, (uint64_t)(second >> 64)}};
}
