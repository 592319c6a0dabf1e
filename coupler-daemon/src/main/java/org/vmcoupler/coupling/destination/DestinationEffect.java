/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling.destination;

import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.Decision;
import org.vmcoupler.control.StreamDigest;
import org.vmcoupler.fault.ErrorCode;

/** Something to be done at the destination. */
public sealed interface DestinationEffect {

    /** Makes the decision durable before any later effect of the same step. */
    record Decide(Decision decision) implements DestinationEffect {}

    /**
     * Couples both domains, lets the guard run in quarantine and waits for its proven look; gives {@link DestinationEvent.Watching}.
     *
     * @param stopped what the source saw at the stop
     */
    record Couple(ControlMessage.Stopped stopped) implements DestinationEffect {}

    /** Tells the source that the guard watches. */
    record SendReady(StreamDigest target, StreamDigest guard, DestinationEvent.Watching look)
            implements DestinationEffect {}

    /** Pauses the guard until the source is heard again. */
    record PauseGuard() implements DestinationEffect {}

    /** Lets the guard run, if it is paused, and asks it for a fresh proven look; gives {@link DestinationEvent.Proven}. */
    record Prove() implements DestinationEffect {}

    /** Releases the target; gives {@link DestinationEvent.Released}. */
    record Release() implements DestinationEffect {}

    /** Makes it durable that the target runs, and tells the source. */
    record SendRunning(ControlMessage.Running running) implements DestinationEffect {}

    /** Ends the restores and destroys the guard, then the target; gives {@link DestinationEvent.Destroyed}. */
    record Destroy() implements DestinationEffect {}

    /** Tells the source that its offer is refused. */
    record SendRefuse(ErrorCode code, String reason) implements DestinationEffect {}

    /** Keeps the report, gives the domains their names and the pair its place, and confirms to the source. */
    record Finish(String reportJson) implements DestinationEffect {}

    /** Confirms to the source again. */
    record SendClosed() implements DestinationEffect {}

    /** Writes something to the log. */
    record Note(String text) implements DestinationEffect {}
}
