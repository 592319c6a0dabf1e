/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

/** Who may touch a pair's domains now. */
public enum Hands {
    /** Its keeper. */
    KEEPER,
    /** A migration; but both domains run, and the guard watches as ever. */
    PRE_COPY,
    /** The same, but the guard's checks are parked, and the stop is near. */
    PARKED,
    /** A migration that asks the target to stop, rolls back what was not seen to stop it, or has taken it: the target may run. */
    STOP,
    /** A migration alone. */
    MIGRATION;

    /** Tells whether a migration has the pair, and ends if its keeper says that the guard is lost or the pair disturbed. */
    boolean canBeGivenUp() {
        return this == PRE_COPY || this == PARKED;
    }

    /** Tells whether the target may run though a migration has the pair, so that its keeper sees to it that it does not do so unwatched. */
    boolean targetRuns() {
        return canBeGivenUp() || this == STOP;
    }

    /** Tells whether checks that are parked are to stay so: who has parked them lets them go on. */
    boolean leavesParked() {
        return this == PARKED || this == STOP;
    }
}
