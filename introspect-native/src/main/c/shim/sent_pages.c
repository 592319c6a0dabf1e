/* SPDX-License-Identifier: Apache-2.0 */
#include "sent_pages.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int sent_pages_open(struct sent_pages *sent, unsigned long count)
{
    memset(sent, 0, sizeof(*sent));
    if (count == 0 || count > SENT_PAGES_MAX) {
        errno = E2BIG;
        return -1;
    }
    if (page_hash_key_draw(&sent->key))
        return -1;
    sent->type = malloc(count);
    sent->hash = malloc(count * sizeof(*sent->hash));
    if (!sent->type || !sent->hash) {
        sent_pages_close(sent);
        errno = ENOMEM;
        return -1;
    }
    memset(sent->type, SENT_NEVER, count);
    sent->count = count;
    return 0;
}

void sent_pages_close(struct sent_pages *sent)
{
    free(sent->type);
    free(sent->hash);
    explicit_bzero(sent, sizeof(*sent));
}

void sent_pages_note(struct sent_pages *sent, uint64_t pfn, unsigned type, const void *page)
{
    if (pfn >= sent->count)
        return;
    if (sent->type[pfn] != SENT_NEVER && page_type_is_table(sent->type[pfn]))
        sent->tables--;
    if (page_type_is_table(type))
        sent->tables++;
    else if (page_type_has_data(type))
        sent->hash[pfn] = page_hash_of(&sent->key, page);
    sent->type[pfn] = (uint8_t)type;
}

enum page_state sent_pages_compare(const struct sent_pages *sent, uint64_t pfn, unsigned type, const void *page, bool final)
{
    struct page_hash hash;
    unsigned last;

    if (pfn >= sent->count || sent->type[pfn] == SENT_NEVER)
        return PAGE_DIRTY;
    last = sent->type[pfn];
    /* Tables go with machine frame numbers replaced by pfns, so their bytes here and in the stream cannot be compared. */
    if (page_type_is_table(type))
        return final ? PAGE_DIRTY : PAGE_DEFERRED;
    if (type != last)
        return PAGE_DIRTY;
    if (!page_type_has_data(type))
        return PAGE_CLEAN;
    if (!page)
        return PAGE_DIRTY;
    hash = page_hash_of(&sent->key, page);
    return page_hash_equal(&hash, &sent->hash[pfn]) ? PAGE_CLEAN : PAGE_DIRTY;
}
