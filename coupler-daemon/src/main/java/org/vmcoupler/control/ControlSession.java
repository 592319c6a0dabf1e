/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.control;

import io.netty.channel.Channel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** One conversation with a peer that has said Hello; both ends are alike. Any thread; nothing blocks. */
public final class ControlSession {

    private final Channel channel;
    private final ControlMessage.Hello peer;
    private final AtomicReference<Optional<ClockOffset.Estimate>> clock = new AtomicReference<>(Optional.empty());
    private final CompletableFuture<Void> clockReady = new CompletableFuture<>();

    ControlSession(Channel channel, ControlMessage.Hello peer) {
        this.channel = channel;
        this.peer = peer;
    }

    /** Returns what the peer said of itself. */
    public ControlMessage.Hello peer() {
        return peer;
    }

    /** Returns the newest estimate of the peer's clock, or empty before the first pong. */
    public Optional<ClockOffset.Estimate> clock() {
        return Optional.ofNullable(clock.get()).orElse(Optional.empty());
    }

    /**
     * Returns a future that completes when the first {@value ClockOffset#WINDOW} pings, sent one after the other from the start, are answered, or
     * at the end of the session, whichever comes first. It never fails; {@link #clock} is empty then only if the session ended early.
     */
    public CompletableFuture<Void> clockReady() {
        return clockReady.copy();
    }

    /**
     * Sends a message after all sent before. The future completes when the kernel has it, which says nothing of the peer; it fails if the session
     * has ended, or ends because more than 1 MiB waits to be sent.
     */
    public CompletableFuture<Void> send(ControlMessage message) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        if (!channel.isWritable() && channel.isActive()) {
            channel.pipeline().fireUserEventTriggered(SessionEnd.Reason.OVERRUN);
        }
        channel.writeAndFlush(message).addListener(done -> {
            if (done.isSuccess()) {
                sent.complete(null);
            } else {
                sent.completeExceptionally(done.cause());
            }
        });
        return sent;
    }

    /** Ends the session; the listener hears of it. Does nothing if it has ended. */
    public void close() {
        channel.pipeline().fireUserEventTriggered(SessionEnd.Reason.CLOSED_HERE);
    }

    void clockIsReady() {
        clockReady.complete(null);
    }

    void clock(Optional<ClockOffset.Estimate> estimate) {
        clock.set(estimate);
    }
}
