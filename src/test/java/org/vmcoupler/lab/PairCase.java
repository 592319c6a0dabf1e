/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

/** Something that may happen to the pair {@code target} on one host. */
interface PairCase {

    /** Returns its name, which {@code scripts/lab run life} takes. */
    String name();

    /**
     * Lets it happen and looks at what comes of it.
     *
     * @throws AssertionError something is not as it should be
     */
    void run(Host host);

    /** Tells whether it is a fault of what watches: it has to be noticed, and was if the case passes. */
    boolean isControl();

    /** Tells whether its target may run without a look for long: no daemon runs for a while, which tells for how long, or the pair's policy wants it. */
    default boolean mayBeUnwatched() {
        return false;
    }
}
