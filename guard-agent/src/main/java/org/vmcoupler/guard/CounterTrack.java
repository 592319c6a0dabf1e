/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

/** What was seen of the counter: the newest value, the largest step between two looks, the number of looks. One thread at a time. */
final class CounterTrack {

    private long last = -1;
    private long largestStep;
    private long looks;

    /** Takes in a value; -1 means that there was none, and the next one is no step. A counter that goes back starts anew. */
    void look(long value) {
        looks++;
        if (value >= 0 && last >= 0 && value > last) {
            largestStep = Math.max(largestStep, value - last);
        }
        last = value;
    }

    /** What comes next is another target's counter. */
    void targetIsNew() {
        last = -1;
    }

    long last() {
        return last;
    }

    long largestStep() {
        return largestStep;
    }

    long looks() {
        return looks;
    }
}
