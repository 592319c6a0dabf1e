/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VMCOUPLER_HASH_TEXT_H
#define VMCOUPLER_HASH_TEXT_H

#include "page_hash.h"

#define HASH_TEXT_DIGITS 64

/** Writes all words of HASH in hex: each word alone is blind to some changes (the low ones to high bits, the high ones to low bits). */
void hash_text(const struct page_hash *hash, char text[HASH_TEXT_DIGITS + 1]);

#endif
