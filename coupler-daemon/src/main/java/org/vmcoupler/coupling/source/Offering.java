/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.Optional;
import org.vmcoupler.coupling.PreCopyLimits;
import org.vmcoupler.coupling.source.SourceEffect.StartSaves;

/**
 * BEGIN is durable here and was sent; nothing else has happened.
 *
 * @param limits of the coming pre-copy
 */
public record Offering(PreCopyLimits limits) implements SourceState {

    @Override
    public String phase() {
        return "offer";
    }

    @Override
    public Looks looks() {
        return Looks.AS_EVER;
    }

    @Override
    public Optional<Wait> waitsFor(WaitLimits limits) {
        return Optional.of(new Wait("The destination did not answer the offer", limits.answerMs()));
    }

    @Override
    public SourceStep accepted(SourceEvent.Accepted event) {
        return SourceStep.to(new PreCopy(limits), new StartSaves(event.accept()));
    }
}
