/* SPDX-License-Identifier: Apache-2.0 */
/* The page hash is NH with the Toeplitz shift, sees every bit, and depends on the key. */
#include <string.h>
#include <time.h>

#include "expect.h"
#include "page_hash.h"

typedef unsigned __int128 uint128;

/* The definition, written apart from the implementation. Source: RFC 4418, 5.2.2; VMAC draft-krovetz-vmac-01, 3.1. */
static uint128 nh(const uint64_t *message, const uint64_t *key)
{
    uint128 sum = 0;

    for (unsigned pair = 0; pair < PAGE_HASH_WORDS / 2; pair++) {
        uint64_t left = message[2 * pair] + key[2 * pair], right = message[2 * pair + 1] + key[2 * pair + 1];

        sum += (uint128)left * right;
    }
    return sum;
}

static void follows_its_definition(const struct page_hash_key *key, const uint64_t *page)
{
    struct page_hash hash = page_hash_of(key, page);
    uint128 first = nh(page, key->word), second = nh(page, key->word + 2);

    EXPECT(hash.word[0] == (uint64_t)first && hash.word[1] == (uint64_t)(first >> 64));
    EXPECT(hash.word[2] == (uint64_t)second && hash.word[3] == (uint64_t)(second >> 64));
}

static void sees_every_bit(const struct page_hash_key *key, uint64_t *page)
{
    struct page_hash before = page_hash_of(key, page);

    for (unsigned bit = 0; bit < 8 * ABI_PAGE_SIZE; bit++) {
        struct page_hash after;

        page[bit / 64] ^= 1ull << (bit % 64);
        after = page_hash_of(key, page);
        EXPECT(!page_hash_equal(&before, &after));
        page[bit / 64] ^= 1ull << (bit % 64);
    }
}

/* Swapping words is what a weaker sum would not see. */
static void sees_order(const struct page_hash_key *key, uint64_t *page)
{
    struct page_hash before = page_hash_of(key, page), after;

    for (unsigned i = 0; i + 2 < PAGE_HASH_WORDS; i++) {
        for (unsigned step = 1; step <= 2; step++) {
            uint64_t word = page[i];

            if (word == page[i + step])
                continue;
            page[i] = page[i + step];
            page[i + step] = word;
            after = page_hash_of(key, page);
            EXPECT(!page_hash_equal(&before, &after));
            page[i + step] = page[i];
            page[i] = word;
        }
    }
}

int main(void)
{
    static uint64_t page[PAGE_HASH_WORDS];
    struct page_hash_key key, other;
    struct page_hash hash;

    EXPECT(page_hash_key_draw(&key) == 0 && page_hash_key_draw(&other) == 0);
    EXPECT(memcmp(&key, &other, sizeof(key)) != 0);
    sees_every_bit(&key, page);
    follows_its_definition(&key, page);
    for (unsigned i = 0; i < PAGE_HASH_WORDS; i++)
        page[i] = i * 0x9e3779b97f4a7c15ull;
    follows_its_definition(&key, page);
    sees_every_bit(&key, page);
    sees_order(&key, page);
    hash = page_hash_of(&other, page);
    EXPECT(hash.word[0] != page_hash_of(&key, page).word[0]);
    return 0;
}
