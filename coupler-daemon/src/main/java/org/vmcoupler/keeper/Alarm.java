/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.util.function.BooleanSupplier;

/** That a target was paused as its time without a look was over, until somebody has taken that in. Thread-safe; what it calls must not hang. */
final class Alarm {

    private boolean on;
    private long times;

    /** Goes off if it is off and the time is over, which is asked again then; tells whether it did. */
    synchronized boolean goOff(BooleanSupplier isOverdue, Runnable pause) {
        if (on || !isOverdue.getAsBoolean()) {
            return false;
        }
        pause.run();
        on = true;
        times++;
        return true;
    }

    /** Tells whether it is on; waits for one that goes off just now. */
    synchronized boolean isOn() {
        return on;
    }

    /** Returns how often it went off. */
    synchronized long times() {
        return times;
    }

    /** Switches it off: the target is held by somebody who knows, or somebody else decides about it. */
    synchronized void over() {
        on = false;
    }

    /** Switches it off and does what begins anew then, unless it has gone off since it had done so {@code before} times; tells whether it did. */
    synchronized boolean overUnlessSince(long before, Runnable anew) {
        if (times != before) {
            return false;
        }
        anew.run();
        on = false;
        return true;
    }
}
