/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page that is A when its round is scanned and A again at the stop, but B at some moment in between. Which moments a log-dirty
 * algorithm survives is what tells an exact one from one that hashes at scan time.
 */
#ifndef VMCOUPLER_FLIPS_H
#define VMCOUPLER_FLIPS_H

#include "fake_xen.h"

enum flip {
    FLIP_BEFORE,  /* to B and back between the scan and the mapping */
    FLIP_AT_SEND, /* B from the scan until the bytes are written, then A: what went is B */
    FLIP_MAPPED,  /* B from the mapping until the bytes are written */
    FLIP_DURING,  /* B while the record is being written */
    FLIP_AFTER,   /* B after the bytes are written, A again before the stop */
    FLIP_COUNT
};

extern const char *const flip_name[FLIP_COUNT];

/** Makes a domain whose page does this flip in round 1, and counts how often it flipped. */
void flip_prepare(enum flip flip);
/** Fails the test unless the page went there and back just once. */
void flip_expect_done(void);

#endif
