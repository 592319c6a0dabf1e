/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab.trace;

/**
 * An interval, both ends included, in ticks or nanoseconds.
 *
 * @param domid whose it is
 */
public record Interval(int domid, long from, long to) {

    /** Refuses an interval that ends before it begins. */
    public Interval {
        if (to < from) {
            throw new IllegalArgumentException(from + " to " + to);
        }
    }
}
