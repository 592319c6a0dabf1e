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
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.migration.Errands;
import org.vmcoupler.migration.Peer;

/** Brings decisions to peers that have not answered: connects, sends, waits for the answer, and tries again later without end. */
final class ErrandRunner implements Errands {

    private static final Logger LOG = LoggerFactory.getLogger(ErrandRunner.class);
    private static final Duration ANSWER = Duration.ofMinutes(2);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final PeerDoor door;
    private final ScheduledExecutorService timer;
    private final ExecutorService workers;

    ErrandRunner(PeerDoor door, ScheduledExecutorService timer, ExecutorService workers) {
        this.door = door;
        this.timer = timer;
        this.workers = workers;
    }

    @Override
    public void deliver(String peer, ControlMessage message, Consumer<ControlMessage> answer) {
        workers.execute(() -> attempt(peer, message, answer, FIRST_PAUSE));
    }

    private void attempt(String name, ControlMessage message, Consumer<ControlMessage> answer, Duration pause) {
        CompletableFuture<ControlMessage> answered = new CompletableFuture<>();
        try {
            Peer peer = door.connect(
                    name,
                    (from, reply) -> answered.complete(reply),
                    reason -> answered.completeExceptionally(new IllegalStateException(reason)));
            try {
                peer.send(message);
                ControlMessage reply = answered.get(ANSWER.toSeconds(), TimeUnit.SECONDS);
                LOG.info("{} answers {} with {}", name, message.getClass().getSimpleName(), reply);
                answer.accept(reply);
            } finally {
                peer.close();
            }
        } catch (Refusal | ExecutionException | TimeoutException e) {
            LOG.info("{} has no answer of {} yet: {}", message.getClass().getSimpleName(), name, e.getMessage());
            Duration next = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            timer.schedule(
                    () -> workers.execute(() -> attempt(name, message, answer, next)),
                    pause.toMillis(),
                    TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
