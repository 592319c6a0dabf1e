/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

/**
 * What passed in a stream so far. Immutable.
 *
 * @param pagesWithData pages sent with their 4,096 bytes, page tables and zero pages included; a page sent twice counts twice
 * @param pageTables of these, page tables
 * @param allocateOnly entries of type XALLOC
 * @param invalid entries of type XTAB (holes)
 * @param broken entries of type BROKEN
 * @param rounds rounds of pre-copy begun, the final one included; 0 before the first page
 * @param pagesInRound pages with data in the round that was begun last
 */
public record StreamCounts(
        long pagesWithData,
        long pageTables,
        long allocateOnly,
        long invalid,
        long broken,
        int rounds,
        long pagesInRound) {

    /** Nothing has passed. */
    public static final StreamCounts NONE = new StreamCounts(0, 0, 0, 0, 0, 0, 0);
}
