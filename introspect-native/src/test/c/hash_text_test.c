/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a page's hash tells of each bit that is flipped, in the hash and in the page. */
#include <string.h>

#include "expect.h"
#include "hash_text.h"

static void expect_every_bit_of_the_hash(void)
{
    struct page_hash hash = {{1, 0x8000000000000000, 0, 0xfedcba9876543210}};
    char before[HASH_TEXT_DIGITS + 1], after[HASH_TEXT_DIGITS + 1];

    hash_text(&hash, before);
    EXPECT(strcmp(before, "0000000000000001" "8000000000000000" "0000000000000000" "fedcba9876543210") == 0);
    for (unsigned bit = 0; bit < 256; bit++) {
        hash.word[bit / 64] ^= 1ul << (bit % 64);
        hash_text(&hash, after);
        EXPECT(strcmp(before, after) != 0);
        hash.word[bit / 64] ^= 1ul << (bit % 64);
    }
}

/* With an even key word each product of a flip of the highest bit is a multiple of 2^64: the low words of the sums stay as they are. */
static void expect_high_bits_of_the_page(void)
{
    static struct page_hash_key even;
    static uint64_t page[PAGE_HASH_WORDS];
    struct page_hash hash;
    char before[HASH_TEXT_DIGITS + 1], after[HASH_TEXT_DIGITS + 1];

    for (unsigned i = 0; i < PAGE_HASH_WORDS + 2; i++)
        even.word[i] = 2ul * i + 2;
    hash = page_hash_of(&even, page);
    hash_text(&hash, before);
    for (unsigned i = 0; i < PAGE_HASH_WORDS; i++) {
        page[i] ^= 1ul << 63;
        hash = page_hash_of(&even, page);
        hash_text(&hash, after);
        EXPECT(strcmp(before, after) != 0);
        page[i] ^= 1ul << 63;
    }
}

int main(void)
{
    expect_every_bit_of_the_hash();
    expect_high_bits_of_the_page();
    return 0;
}
