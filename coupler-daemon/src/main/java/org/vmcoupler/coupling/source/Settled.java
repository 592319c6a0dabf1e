/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.source;

import java.util.Optional;

/** A state in which it is settled that the attempt is over at the source: what still comes in changes nothing. */
sealed interface Settled extends SourceState permits RollingBack, SuspendPending, LateResume, Telling, Ended {

    /** Nobody waits with a limit: what is left takes as long as it takes. */
    @Override
    default Optional<Wait> waitsFor(WaitLimits limits) {
        return Optional.empty();
    }

    @Override
    default SourceStep refused(SourceEvent.Refused event) {
        return SourceStep.to(this);
    }

    @Override
    default SourceStep saved(SourceEvent.Saved event) {
        return SourceStep.to(this);
    }

    @Override
    default SourceStep peerLost(SourceEvent.PeerLost event) {
        return SourceStep.to(this);
    }

    @Override
    default SourceStep failed(SourceEvent.Failed event) {
        return SourceStep.to(this);
    }

    @Override
    default SourceStep cancelAsked() {
        return SourceStep.to(this);
    }
}
