/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.coupling.destination.DestinationEffect.Finish;
import org.vmcoupler.coupling.destination.DestinationEffect.Note;
import org.vmcoupler.coupling.destination.DestinationEffect.SendRunning;

/**
 * The pair runs here; the source destroys its copies.
 *
 * @param running what the source was told, to be told again when it asks
 */
public record Running(ControlMessage.Running running) implements Committed {

    @Override
    public String phase() {
        return "running";
    }

    @Override
    public DestinationStep yielded(DestinationEvent.Yielded event) {
        return DestinationStep.to(this, new SendRunning(running));
    }

    @Override
    public DestinationStep done(DestinationEvent.Done event) {
        return DestinationStep.to(new Closing(running), new Finish(event.reportJson()));
    }

    @Override
    public DestinationStep kept(DestinationEvent.Kept event) {
        return DestinationStep.to(
                this, new Note("Keep after TAKE changes nothing: " + event.reason()), new SendRunning(running));
    }
}
