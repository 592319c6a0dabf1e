/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.List;

/**
 * The answer of a state to an event.
 *
 * @param next the next state, may be the same
 * @param effects to be carried out in this order
 */
public record SourceStep(SourceState next, List<SourceEffect> effects) {

    /** Copies the list. */
    public SourceStep {
        effects = List.copyOf(effects);
    }

    static SourceStep to(SourceState next, SourceEffect... effects) {
        return new SourceStep(next, List.of(effects));
    }
}
