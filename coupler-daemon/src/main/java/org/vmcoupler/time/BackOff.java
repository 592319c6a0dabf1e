/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.time;

import java.time.Duration;

/**
 * Growing pauses between tries: each is twice the one before, up to a longest. Immutable.
 *
 * @param pause the pause before the next try
 */
public record BackOff(Duration pause, Duration longest) {

    /** Returns the next pause. */
    public BackOff next() {
        Duration twice = pause.multipliedBy(2);
        return new BackOff(twice.compareTo(longest) < 0 ? twice : longest, longest);
    }
}
