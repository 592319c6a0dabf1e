/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

import org.vmcoupler.coupling.destination.DestinationEffect.Note;
import org.vmcoupler.fault.ErrorCode;

/**
 * One state of the destination, with only the data that is valid in it. What a state does not override is the rule for all states before TAKE:
 * a failure of ours or the source's KEEP refuses the pair and destroys the copies here.
 */
public sealed interface DestinationState permits Receiving, Coupling, Held, Proving, Committed, Settled {

    /** Returns the name for logs and status. */
    String phase();

    /** A domain is restored. */
    default DestinationStep restored(DestinationEvent.Restored event) {
        return unexpected("Restored");
    }

    /** The source has stopped both. */
    default DestinationStep stopped(DestinationEvent.Stopped event) {
        return Refusing.because(ErrorCode.PROTOCOL, "Stopped is not expected in state " + phase() + ".");
    }

    /** The guard watches. */
    default DestinationStep watching(DestinationEvent.Watching event) {
        return unexpected("Watching");
    }

    /** The source gives the pair up. */
    default DestinationStep yielded(DestinationEvent.Yielded event) {
        return Refusing.because(ErrorCode.PROTOCOL, "Yield is not expected in state " + phase() + ".");
    }

    /** A fresh look is proven. */
    default DestinationStep proven() {
        return unexpected("Proven");
    }

    /** The target runs. */
    default DestinationStep released(DestinationEvent.Released event) {
        return unexpected("Released");
    }

    /** The source keeps the pair. */
    default DestinationStep kept(DestinationEvent.Kept event) {
        return Refusing.because(ErrorCode.ROLLED_BACK, event.reason());
    }

    /** The source's copies are gone. */
    default DestinationStep done(DestinationEvent.Done event) {
        return Refusing.because(ErrorCode.PROTOCOL, "Done is not expected in state " + phase() + ".");
    }

    /** The source is silent. */
    default DestinationStep peerLost(DestinationEvent.PeerLost event) {
        return Refusing.because(ErrorCode.ROLLED_BACK, "The connection to the source was lost: " + event.reason());
    }

    /** Something failed here. */
    default DestinationStep failed(DestinationEvent.Failed event) {
        return Refusing.because(event.code(), event.reason());
    }

    /** The copies here are gone. */
    default DestinationStep destroyed() {
        return unexpected("Destroyed");
    }

    /** All is settled here. */
    default DestinationStep completed() {
        return unexpected("Completed");
    }

    /** A pause after a failure has passed; whoever went on meanwhile ignores it. */
    default DestinationStep retryDue() {
        return DestinationStep.to(this);
    }

    private DestinationStep unexpected(String what) {
        return DestinationStep.to(
                this, new Note(what + " is not expected in state " + phase() + " and changes nothing"));
    }
}
