/* SPDX-License-Identifier: Apache-2.0 */
#include "flips.h"

#include <string.h>

#include "expect.h"

#define PAGE 5
#define PAGES 64

const char *const flip_name[FLIP_COUNT] = {"before", "at-send", "mapped", "during", "after"};

static const enum fake_event to_b[FLIP_COUNT] = {FAKE_SCANNED, FAKE_SCANNED, FAKE_BATCH_MAPPED, FAKE_WRITING, FAKE_WRITTEN};
static const enum fake_event to_a[FLIP_COUNT] = {FAKE_BATCH_MAPPED, FAKE_WRITTEN, FAKE_WRITTEN, FAKE_WRITTEN, FAKE_SUSPENDING};
static enum flip current;
static unsigned went, came_back;

static void fill(char value)
{
    memset(fake_page(PAGE), value, ABI_PAGE_SIZE);
}

static void flip_on(enum fake_event event)
{
    /* The scan of round 1 is the one that follows the sending of round 0. */
    bool in_round_1 = event == FAKE_SCANNED ? fake.round == 0 : fake.round == 1;

    if (event == FAKE_WRITTEN && fake.round == 0)
        fill('A');
    if (in_round_1 && event == to_b[current] && went == 0) {
        fill('B');
        went++;
        return;
    }
    if (went == 1 && came_back == 0 && event == to_a[current] && (in_round_1 || event == FAKE_SUSPENDING)) {
        fill('A');
        came_back++;
    }
}

void flip_prepare(enum flip flip)
{
    current = flip;
    went = came_back = 0;
    fake_reset(PAGES);
    fake.hook = flip_on;
}

void flip_expect_done(void)
{
    EXPECT(went == 1 && came_back == 1);
}
