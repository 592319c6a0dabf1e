/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

/** Nothing is left to decide. */
public record Ended() implements Settled {

    @Override
    public String phase() {
        return "ended";
    }

    /** Until what was decided last is durable and the pair is free, if it is here. */
    @Override
    public Looks looks() {
        return Looks.IF_IT_RUNS;
    }
}
