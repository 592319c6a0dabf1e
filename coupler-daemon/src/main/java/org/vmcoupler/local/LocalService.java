/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.local;

import java.util.List;
import java.util.function.Consumer;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.report.MigrationReport;

/**
 * What the daemon does for local clients, one method per request. Called on worker threads, several at a time, never on an event loop; each may
 * block. Every method throws {@link Refusal} if the request cannot be met, and has then changed nothing; any other exception is a fault of ours
 * that the client sees as {@code INTERNAL} without its text.
 */
public interface LocalService {

    /** Couples and returns the new pair. */
    PairView couple(LocalRequest.Couple request);

    /** Ends a pair and returns it as it was; refuses with {@code NOT_CONFIRMED} without {@code yes}. */
    PairView uncouple(LocalRequest.Uncouple request);

    /** Starts a pair that is written down, and returns it once it is watched. */
    PairView start(LocalRequest.Start request);

    /** Ends a pair, and returns it as it was. */
    PairView stop(LocalRequest.Stop request);

    /** Starts a pair's target again, and returns the pair once it is watched. */
    PairView restart(LocalRequest.Restart request);

    /** Returns the pairs of this host. */
    List<PairView> pairs();

    /**
     * Migrates, blocks until the end, and returns the report whatever the outcome; refusals come before anything has changed. A client that
     * leaves does not end it.
     *
     * @param progress takes news at any rate, on any thread, and does not block; what a slow client cannot take is dropped
     */
    MigrationReport migrate(LocalRequest.Migrate request, Consumer<MigrationProgress> progress);

    /** Returns the state of the daemon; refuses with {@code UNKNOWN_MIGRATION} if an id is given and not under way. */
    HostStatus status(LocalRequest.Status request);

    /** Cancels; returns once KEEP is durable. Refuses with {@code NOT_ALLOWED} after YIELD, with {@code UNKNOWN_MIGRATION} if none runs. */
    CancelAccepted cancel(LocalRequest.Cancel request);

    /** Changes what a migration may send, and returns it as it is then; refuses with {@code UNKNOWN_MIGRATION} if none runs. */
    MigrationProgress bandwidth(LocalRequest.Bandwidth request);

    /** Returns a report; refuses with {@code UNKNOWN_MIGRATION} if there is none. */
    MigrationReport report(LocalRequest.Report request);
}
