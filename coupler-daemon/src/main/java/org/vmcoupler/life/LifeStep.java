/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.life;

import java.util.List;

/** A state and what is to be done on the way to it. */
public record LifeStep(LifeState state, List<LifeEffect> effects) {

    /** Copies the list. */
    public LifeStep {
        effects = List.copyOf(effects);
    }

    static LifeStep to(LifeState state, LifeEffect... effects) {
        return new LifeStep(state, List.of(effects));
    }
}
