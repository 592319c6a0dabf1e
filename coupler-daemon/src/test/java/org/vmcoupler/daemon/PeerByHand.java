/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import io.netty.channel.Channel;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.migration.Peer;
import org.vmcoupler.relay.RelaySetup;

/** One connection to a source whose part the test plays. */
record PeerByHand(String name, String bootId, BlockingQueue<ControlMessage> sent) implements Peer {

    PeerByHand(String bootId) {
        this("beta", bootId, new LinkedBlockingQueue<>());
    }

    /** Waits for what was sent to it next. */
    ControlMessage next() throws InterruptedException {
        return Optional.ofNullable(sent.poll(20, TimeUnit.SECONDS)).orElseThrow();
    }

    @Override
    public String journalId() {
        return "peer-journal";
    }

    @Override
    public String xenVersion() {
        return "4.17.7";
    }

    @Override
    public void send(ControlMessage message) {
        sent.add(message);
    }

    @Override
    public Optional<Clocks> clocks() {
        return Optional.empty();
    }

    @Override
    public CompletableFuture<Channel> connectData(int port, RelaySetup setup) {
        throw new IllegalStateException("a destination opens no data connection");
    }

    @Override
    public void close() {}
}
