/* SPDX-License-Identifier: Apache-2.0 */
#include "hash_text.h"

#include <stdint.h>
#include <stdio.h>

void hash_text(const struct page_hash *hash, char text[HASH_TEXT_DIGITS + 1])
{
    for (unsigned i = 0; i < HASH_TEXT_DIGITS / 16; i++)
        snprintf(text + 16 * i, 17, "%016jx", (uintmax_t)hash->word[i]);
}
