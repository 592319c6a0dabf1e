/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memhash DOMID OUT [tables]: hashes all memory of a paused or suspended domain, for the lab's comparison of source and destination.
 *
 * OUT gets a line per frame in ascending order: "PFN TYPE HASH" or, for a frame that no move need preserve, "PFN TYPE HASH REASON";
 * frames without content are "FIRST-LAST hole". PFN is a pfn of a PV domain or a gfn, in hex as is TYPE, Xen's type nibble. Page tables are
 * hashed with pfns in place of machine frames. With "tables", HASH of a frame of a PV domain that is no table and would have another hash if
 * it were one is "HASH/LOW/TOP": the hashes that it has as a table of level 1 to 3 and as one of level 4. They are for the destination,
 * where Xen does not know every frame as a table that was one at the source, though the restore has filled it as one.
 * The hash is that of the shim under a key that everyone knows: it finds accidents, no forgeries. Exit code: 0, or 1 with a sentence.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain_view.h"
#include "exceptions.h"
#include "frame_map.h"
#include "hash_text.h"
#include "page_hash.h"
#include "sent_pages.h"

static struct domain_view view;
static struct frame_map map;
static struct exceptions exceptions;
static struct page_hash_key key;
static bool as_tables;
static unsigned long hole_first, hole_count;

static void make_known_key(void)
{
    uint64_t state = 0x564d636f75706c65;

    for (unsigned i = 0; i < sizeof(key.word) / sizeof(key.word[0]); i++) {
        uint64_t word = state += 0x9e3779b97f4a7c15;

        word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
        word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
        key.word[i] = word ^ (word >> 31);
    }
}

static void end_holes(FILE *out)
{
    if (hole_count)
        fprintf(out, "%lx-%lx hole\n", hole_first, hole_first + hole_count - 1);
    hole_count = 0;
}

static struct page_hash hash_as(unsigned type, const void *page)
{
    uint64_t copy[ABI_PAGE_SIZE / 8];

    memcpy(copy, page, sizeof(copy));
    if (page_type_is_table(type))
        frame_map_normalise(&map, type, copy);
    return page_hash_of(&key, copy);
}

static void put_hash(FILE *out, const char *before, struct page_hash hash)
{
    char text[HASH_TEXT_DIGITS + 1];

    hash_text(&hash, text);
    fprintf(out, "%s%s", before, text);
}

static void put_page(FILE *out, unsigned long pfn, unsigned type, const void *page)
{
    const char *reason = exceptions_reason(&exceptions, pfn);
    struct page_hash hash = hash_as(type, page), low, top;

    end_holes(out);
    fprintf(out, "%lx %x", pfn, type);
    put_hash(out, " ", hash);
    if (as_tables && !view.translated && !page_type_is_table(type)) {
        low = hash_as(ABI_TYPE_L1, page);
        top = hash_as(ABI_TYPE_L4, page);
        if (memcmp(&low, &hash, sizeof(hash)) || memcmp(&top, &hash, sizeof(hash))) {
            put_hash(out, "/", low);
            put_hash(out, "/", top);
        }
    }
    fprintf(out, "%s%s\n", reason ? " " : "", reason ? reason : "");
}

static void put_hole(unsigned long pfn)
{
    if (hole_count == 0)
        hole_first = pfn;
    hole_count++;
}

static int put_batch(FILE *out, unsigned long first, unsigned count)
{
    abi_xen_pfn_t frames[VIEW_BATCH];
    uint8_t types[VIEW_BATCH];
    int errors[VIEW_BATCH];
    unsigned mapped = 0, at = 0;
    char *mapping = NULL;

    if (domain_view_types(&view, first, count, types))
        return -1;
    for (unsigned i = 0; i < count; i++)
        if (page_type_has_data(types[i]))
            frames[mapped++] = domain_view_frame(&view, first + i);
    if (mapped && !(mapping = domain_view_map(&view, frames, mapped, errors)))
        return -1;
    for (unsigned i = 0; i < count; i++) {
        bool there = page_type_has_data(types[i]);

        if (there && errors[at] == 0)
            put_page(out, first + i, types[i], mapping + (size_t)at * ABI_PAGE_SIZE);
        else
            put_hole(first + i);
        at += there;
    }
    if (mapping)
        domain_view_unmap(&view, mapping, mapped);
    return 0;
}

static int fail(const char *what)
{
    fprintf(stderr, "memhash: %s: %s\n", what, strerror(errno));
    return 1;
}

int main(int argc, char **argv)
{
    FILE *out;

    as_tables = argc == 4 && strcmp(argv[3], "tables") == 0;
    if (argc != 3 && !as_tables) {
        fprintf(stderr, "usage: memhash DOMID OUT [tables]\n");
        return 1;
    }
    if (domain_view_open(&view, (uint32_t)strtoul(argv[1], NULL, 10)))
        return 1;
    if (frame_map_open(&map, &view))
        return fail("frames");
    make_known_key();
    exceptions_collect(&exceptions, &view, &map);
    out = fopen(argv[2], "we");
    if (!out)
        return fail(argv[2]);
    for (unsigned long first = 0; first < view.frames; first += VIEW_BATCH) {
        unsigned long left = view.frames - first;

        if (put_batch(out, first, left < VIEW_BATCH ? (unsigned)left : VIEW_BATCH))
            return fail("memory");
    }
    end_holes(out);
    if (fclose(out))
        return fail(argv[2]);
    return 0;
}
