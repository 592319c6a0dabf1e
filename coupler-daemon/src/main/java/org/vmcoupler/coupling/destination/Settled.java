/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

/** A state in which it is settled who has the pair and nothing is under way for it here but the tidying: what still comes in changes nothing. */
sealed interface Settled extends DestinationState permits Refusing, Finished {

    @Override
    default DestinationStep restored(DestinationEvent.Restored event) {
        return DestinationStep.to(this);
    }

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
        return DestinationStep.to(this);
    }

    @Override
    default DestinationStep done(DestinationEvent.Done event) {
        return DestinationStep.to(this);
    }

    @Override
    default DestinationStep peerLost(DestinationEvent.PeerLost event) {
        return DestinationStep.to(this);
    }

    @Override
    default DestinationStep failed(DestinationEvent.Failed event) {
        return DestinationStep.to(this);
    }
}
