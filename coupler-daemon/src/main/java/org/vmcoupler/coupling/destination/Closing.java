/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

import java.util.Optional;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.coupling.destination.DestinationEffect.Close;
import org.vmcoupler.coupling.destination.DestinationEffect.SendClosed;

/**
 * The source's copies are gone; names and report are being settled, and the source is told when that is done.
 *
 * @param running what the source was told
 */
public record Closing(ControlMessage.Running running) implements Committed {

    @Override
    public String phase() {
        return "close";
    }

    /** Nothing new: the answer comes when all is settled, over the newest connection. */
    @Override
    public DestinationStep done(DestinationEvent.Done event) {
        return DestinationStep.to(this);
    }

    @Override
    public DestinationStep completed() {
        return DestinationStep.to(new Finished(Optional.of(running)), new Close(), new SendClosed());
    }
}
