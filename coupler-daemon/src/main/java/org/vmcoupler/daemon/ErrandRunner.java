/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.migration.Errands;
import org.vmcoupler.migration.Peer;
import org.vmcoupler.time.BackOff;

/**
 * Brings decisions to peers that have not answered: connects, compares the journal, sends, waits for the answer, and tries again later without
 * end.
 */
final class ErrandRunner implements Errands {

    private static final Logger LOG = LoggerFactory.getLogger(ErrandRunner.class);
    private static final Duration ANSWER = Duration.ofMinutes(2);
    private static final BackOff PAUSES = new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    private final PeerDoor door;
    private final ScheduledExecutorService timer;
    private final ExecutorService workers;
    private final BackOff pauses;

    ErrandRunner(PeerDoor door, ScheduledExecutorService timer, ExecutorService workers) {
        this(door, timer, workers, PAUSES);
    }

    /** Makes it with pauses of its own. */
    ErrandRunner(PeerDoor door, ScheduledExecutorService timer, ExecutorService workers, BackOff pauses) {
        this.door = door;
        this.timer = timer;
        this.workers = workers;
        this.pauses = pauses;
    }

    @Override
    public void deliver(Errand errand, Predicate<ControlMessage> settles) {
        workers.execute(() -> attempt(errand, settles, pauses));
    }

    private void attempt(Errand errand, Predicate<ControlMessage> settles, BackOff wait) {
        String what = errand.message().getClass().getSimpleName();
        CompletableFuture<ControlMessage> answered = new CompletableFuture<>();
        try {
            Peer peer = door.connect(
                    errand.peer(),
                    (from, reply) -> {
                        if (isKnown(from, errand) && settles.test(reply)) {
                            answered.complete(reply);
                        }
                    },
                    reason -> answered.completeExceptionally(new IllegalStateException(reason)));
            try {
                if (isKnown(peer, errand)) {
                    peer.send(errand.message());
                    ControlMessage reply = answered.get(ANSWER.toSeconds(), TimeUnit.SECONDS);
                    LOG.info("{} answers {} with {}", errand.peer(), what, reply);
                    return;
                }
                unknown(peer, errand);
            } finally {
                peer.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (RuntimeException | ExecutionException | TimeoutException e) {
            LOG.info("{} has no answer of {} yet: {}", what, errand.peer(), e.getMessage());
        }
        timer.schedule(
                () -> workers.execute(() -> attempt(errand, settles, wait.next())),
                wait.pause().toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** The one place where a journal is compared with that of BEGIN; the connection on which BEGIN was sent has it by itself. */
    private static boolean isKnown(Peer peer, Errand errand) {
        return peer.journalId().equals(errand.journalId());
    }

    private static void unknown(Peer peer, Errand errand) {
        LOG.error(
                "Host {} has another journal than at the beginning of this migration ({} instead of {}): what it decided is unknown, and nothing it"
                        + " says permits anything. {} Bring its old journal back ({} is tried again without end), or look on {} whether the pair"
                        + " exists there before anything is done by hand.",
                errand.peer(),
                peer.journalId(),
                errand.journalId(),
                errand.standing(),
                errand.message().getClass().getSimpleName(),
                errand.peer());
    }
}
