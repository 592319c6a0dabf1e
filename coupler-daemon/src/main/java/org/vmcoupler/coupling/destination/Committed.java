/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

import org.vmcoupler.coupling.destination.DestinationEffect.Note;

/** A state from TAKE on: the pair is this host's, for good. Nothing that comes in refuses it or destroys anything. */
sealed interface Committed extends DestinationState permits Taken, Running, Closing, Lost {

    @Override
    default DestinationStep stopped(DestinationEvent.Stopped event) {
        return DestinationStep.to(this);
    }

    @Override
    default DestinationStep yielded(DestinationEvent.Yielded event) {
        return DestinationStep.to(this);
    }

    @Override
    default DestinationStep kept(DestinationEvent.Kept event) {
        return DestinationStep.to(this, new Note("Keep after TAKE changes nothing: " + event.reason()));
    }

    @Override
    default DestinationStep done(DestinationEvent.Done event) {
        return DestinationStep.to(this, new Note("Done is not expected in state " + phase() + " and changes nothing"));
    }

    @Override
    default DestinationStep peerLost(DestinationEvent.PeerLost event) {
        return DestinationStep.to(this, new Note("The source is silent after TAKE: " + event.reason()));
    }

    @Override
    default DestinationStep failed(DestinationEvent.Failed event) {
        return DestinationStep.to(this, new Note("After TAKE, changes nothing: " + event.reason()));
    }
}
