/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

/** Who lets the guard of a pair look that a migration has. */
public enum Looks {
    /** The pair's keeper as ever: both domains run. */
    AS_EVER,
    /** The keeper, if it must: both domains run, but the guard's checks are parked for the stop, which a look under way puts off. */
    PARKED,
    /** The keeper, if it must: the target may still run. A look that fails ends nothing here; an alarm that has paused the target does. */
    IF_IT_RUNS,
    /** The migration alone: the target stands still. */
    OURS;

    /** Returns who does once {@code state} is entered: in a roll-back a target that was not seen to stop runs, though it may stop late. */
    public Looks then(SourceState state) {
        return this != OURS && state instanceof RollingBack ? IF_IT_RUNS : state.looks();
    }
}
