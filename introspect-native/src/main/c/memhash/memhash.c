/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memhash DOMID OUT [LIKE]: hashes all memory of a paused or suspended domain, for the lab's comparison of source and destination.
 *
 * OUT gets a line per frame in ascending order: "PFN TYPE HASH" or, for a frame that no move need preserve, "PFN TYPE HASH REASON";
 * frames without content are "FIRST-LAST hole". PFN is a pfn of a PV domain or a gfn, in hex as is TYPE, Xen's type nibble. Page tables are
 * hashed with pfns in place of machine frames. LIKE is the OUT of the other host: a frame that was a table there is hashed as one of
 * that type here too, since Xen forgets the type of a table that is not in use.
 * The hash is that of the shim under a key that everyone knows: it finds accidents, no forgeries. Exit code: 0, or 1 with a sentence.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain_view.h"
#include "exceptions.h"
#include "frame_map.h"
#include "page_hash.h"
#include "sent_pages.h"

static struct domain_view view;
static struct frame_map map;
static struct exceptions exceptions;
static struct page_hash_key key;
static uint8_t *like;
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

static int read_like(const char *path)
{
    FILE *in = fopen(path, "re");
    char line[256];
    unsigned long pfn;
    unsigned type;

    like = calloc(view.frames, 1);
    if (!in || !like)
        return -1;
    while (fgets(line, sizeof(line), in))
        if (sscanf(line, "%lx %x ", &pfn, &type) == 2 && pfn < view.frames && page_type_is_table(type))
            like[pfn] = (uint8_t)type;
    fclose(in);
    return 0;
}

static void end_holes(FILE *out)
{
    if (hole_count)
        fprintf(out, "%lx-%lx hole\n", hole_first, hole_first + hole_count - 1);
    hole_count = 0;
}

static void put_page(FILE *out, unsigned long pfn, unsigned type, const void *page)
{
    uint64_t copy[ABI_PAGE_SIZE / 8];
    unsigned as = like && like[pfn] ? like[pfn] : type;
    const char *reason = exceptions_reason(&exceptions, pfn);
    struct page_hash hash;

    memcpy(copy, page, sizeof(copy));
    if (page_type_is_table(as))
        frame_map_normalise(&map, as, copy);
    hash = page_hash_of(&key, copy);
    end_holes(out);
    fprintf(out, "%lx %x %016jx%016jx%s%s\n", pfn, type, (uintmax_t)hash.word[0], (uintmax_t)hash.word[2], reason ? " " : "",
            reason ? reason : "");
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

    if (argc < 3 || argc > 4) {
        fprintf(stderr, "usage: memhash DOMID OUT [LIKE]\n");
        return 1;
    }
    if (domain_view_open(&view, (uint32_t)strtoul(argv[1], NULL, 10)))
        return 1;
    if (frame_map_open(&map, &view))
        return fail("frames");
    if (argc == 4 && read_like(argv[3]))
        return fail(argv[3]);
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
