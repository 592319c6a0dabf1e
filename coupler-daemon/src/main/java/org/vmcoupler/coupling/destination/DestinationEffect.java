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

    /** Makes it durable that both domains are complete here, before any later effect of the same step. */
    record Hold(ControlMessage.Stopped stopped) implements DestinationEffect {}

    /**
     * Couples both domains, lets the guard run in quarantine and waits for its proven look; gives {@link DestinationEvent.Watching}.
     *
     * @param stopped what the source saw at the stop
     */
    record Couple(ControlMessage.Stopped stopped) implements DestinationEffect {}

    /** Tells the source that the guard watches. */
    record SendReady(StreamDigest target, StreamDigest guard, DestinationEvent.Watching look)
            implements DestinationEffect {}

    /** Pauses the target and then the guard, where they are not paused already; tried until it is done. */
    record Pause() implements DestinationEffect {}

    /**
     * Lets the guard run, if it is paused, couples both if this daemon has not, and asks for a fresh proven look; gives
     * {@link DestinationEvent.Proven}.
     */
    record Prove() implements DestinationEffect {}

    /** Gives {@link DestinationEvent.RetryDue} after a pause. */
    record RetryLater() implements DestinationEffect {}

    /** Releases the target; gives {@link DestinationEvent.Released}. */
    record Release() implements DestinationEffect {}

    /** Makes it durable that the target runs, and tells the source. */
    record SendRunning(ControlMessage.Running running) implements DestinationEffect {}

    /** Gives both domains their names; tried until it is done. */
    record Settle() implements DestinationEffect {}

    /** Ends the restores and destroys the guard, then the target; tried until they are gone, then {@link DestinationEvent.Destroyed}. */
    record Destroy() implements DestinationEffect {}

    /** Tells the source that its offer is refused. */
    record SendRefuse(ErrorCode code, String reason) implements DestinationEffect {}

    /** Gives both domains their names and keeps the report; tried until it is done, then {@link DestinationEvent.Completed}. */
    record Finish(String reportJson) implements DestinationEffect {}

    /** Makes it durable that nothing is left to do, and ends the migration's thread after what is queued. */
    record Close() implements DestinationEffect {}

    /** Confirms to the source. */
    record SendClosed() implements DestinationEffect {}

    /** Writes something to the log. */
    record Note(String text) implements DestinationEffect {}

    /** Writes something to the log that an operator has to act on. */
    record Alarm(String text) implements DestinationEffect {}
}
