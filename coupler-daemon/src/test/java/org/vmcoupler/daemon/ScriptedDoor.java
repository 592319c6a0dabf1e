/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import io.netty.channel.Channel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.migration.Peer;
import org.vmcoupler.relay.RelaySetup;

/** A way to a peer that answers as it was told to. */
final class ScriptedDoor implements PeerDoor {

    private final AtomicInteger connections = new AtomicInteger();
    private final List<ControlMessage> sent = new CopyOnWriteArrayList<>();
    private volatile String journal = "old";
    private volatile List<ControlMessage> atOnce = List.of();
    private volatile List<ControlMessage> answers = List.of();
    private volatile int failures;
    private volatile int losses;

    int connections() {
        return connections.get();
    }

    List<ControlMessage> sent() {
        return sent;
    }

    void journal(String id) {
        journal = id;
    }

    /** Says this on each new connection, unasked. */
    void answerAtOnce(ControlMessage... messages) {
        atOnce = List.of(messages);
    }

    /** Answers each message so. */
    void answer(ControlMessage... messages) {
        answers = List.of(messages);
    }

    /** Refuses the next connections. */
    void failFor(int times) {
        failures = times;
    }

    /** Loses the next connections upon the first message. */
    void loseFor(int times) {
        losses = times;
    }

    @Override
    public Peer connect(String name, BiConsumer<Peer, ControlMessage> messages, Consumer<String> lost) {
        int number = connections.incrementAndGet();
        if (number <= failures) {
            throw new Refusal(ErrorCode.PEER_UNREACHABLE, "nobody there");
        }
        String id = journal;
        Peer peer = new Peer() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String journalId() {
                return id;
            }

            @Override
            public String bootId() {
                return "boot-1";
            }

            @Override
            public String xenVersion() {
                return "4.17.7";
            }

            @Override
            public void send(ControlMessage message) {
                sent.add(message);
                if (number <= losses) {
                    lost.accept("cut");
                } else {
                    answers.forEach(answer -> messages.accept(this, answer));
                }
            }

            @Override
            public Optional<Clocks> clocks() {
                return Optional.empty();
            }

            @Override
            public CompletableFuture<Channel> connectData(int port, RelaySetup setup) {
                return new CompletableFuture<>();
            }

            @Override
            public void close() {}
        };
        atOnce.forEach(message -> messages.accept(peer, message));
        return peer;
    }
}
