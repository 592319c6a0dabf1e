/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

import java.util.List;

/**
 * The answer of a state to an event.
 *
 * @param next the next state, may be the same
 * @param effects to be carried out in this order
 */
public record DestinationStep(DestinationState next, List<DestinationEffect> effects) {

    /** Copies the list. */
    public DestinationStep {
        effects = List.copyOf(effects);
    }

    static DestinationStep to(DestinationState next, DestinationEffect... effects) {
        return new DestinationStep(next, List.of(effects));
    }
}
