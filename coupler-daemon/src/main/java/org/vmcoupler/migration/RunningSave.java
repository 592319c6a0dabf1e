/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.time.Duration;
import org.vmcoupler.savehelper.HelperProcess;
import org.vmcoupler.time.Poll;

/** A save that must have ended before a domain of its pair resumes. */
@FunctionalInterface
interface RunningSave {

    /** Pause between two looks at a process. */
    Duration POLL = Duration.ofMillis(20);

    /** Ends it and waits; tells whether it has ended, its helper's process included. May be called again. */
    boolean abort(Duration deadline);

    /** Makes it of a helper whose daemon has ended. */
    static RunningSave of(HelperProcess helper) {
        return deadline -> {
            helper.kill();
            return Poll.until(() -> !helper.isAlive(), deadline, POLL);
        };
    }
}
