/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.local;

import java.util.List;

/** All pairs of a host, in the order of their targets' names. */
public record PairList(List<PairView> pairs) {

    /** Copies the list. */
    public PairList {
        pairs = List.copyOf(pairs);
    }
}
