/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

import org.vmcoupler.control.Decision;
import org.vmcoupler.coupling.destination.DestinationEffect.Decide;
import org.vmcoupler.coupling.destination.DestinationEffect.Note;
import org.vmcoupler.coupling.destination.DestinationEffect.Release;

/**
 * The source has yielded; the guard proves a fresh look before the commit.
 *
 * @param sourceGone the source's copies are gone, or may be as it is silent: a refusal could destroy the last ones
 */
public record Proving(boolean sourceGone) implements DestinationState {

    @Override
    public String phase() {
        return "prove";
    }

    @Override
    public DestinationStep proven() {
        return DestinationStep.to(new Taken(false), new Decide(Decision.TAKE), new Release());
    }

    @Override
    public DestinationStep yielded(DestinationEvent.Yielded event) {
        return DestinationStep.to(new Proving(event.sourceGone()));
    }

    @Override
    public DestinationStep kept(DestinationEvent.Kept event) {
        return DestinationStep.to(this, new Note("Keep after Yield changes nothing: " + event.reason()));
    }

    @Override
    public DestinationStep peerLost(DestinationEvent.PeerLost event) {
        return DestinationStep.to(new Proving(true), new Note("The source is silent after Yield: " + event.reason()));
    }

    @Override
    public DestinationStep failed(DestinationEvent.Failed event) {
        return sourceGone ? Held.inSpiteOf(event) : DestinationState.super.failed(event);
    }
}
