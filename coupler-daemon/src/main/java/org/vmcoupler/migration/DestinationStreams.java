/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import io.netty.channel.Channel;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.vmcoupler.coupling.Both;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.destination.DestinationEvent;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.relay.RelaySetup;

/** The two streams of a migration at its destination. */
public final class DestinationStreams {

    private final HostParts host;
    private final Both<Incoming> incoming;
    private final Optional<MemoryHashing> hashing;
    private final Map<Member, RestoreRun> runs = new EnumMap<>(Member.class);
    private Optional<HashGate<DestinationEvent>> gate = Optional.empty();

    /**
     * One stream that is expected.
     *
     * @param config what the domain is restored with, made from our allow-list
     * @param data its connection, once it is there
     */
    public record Incoming(RelaySetup setup, DomainConfig config, CompletableFuture<Channel> data) {}

    /**
     * Takes what is expected of both members.
     *
     * @param hashing how the memory of both is hashed once both are restored; empty if it is not
     */
    public DestinationStreams(HostParts host, Both<Incoming> incoming, Optional<MemoryHashing> hashing) {
        this.host = host;
        this.incoming = incoming;
        this.hashing = hashing;
    }

    synchronized void start(Consumer<DestinationEvent> receiver) {
        Consumer<DestinationEvent> events =
                hashing.map(how -> hashedFirst(how, receiver)).orElse(receiver);
        for (Member member : Member.values()) {
            Incoming in = incoming.get(member);
            RestoreRun run = new RestoreRun(host, in.setup(), member, in.config(), events);
            runs.put(member, run);
            in.data().whenComplete((channel, failure) -> {
                if (failure != null) {
                    run.never(failure);
                } else {
                    host.workers().execute(() -> run.run(channel));
                }
            });
        }
    }

    synchronized List<RestoreRun> runs() {
        return List.copyOf(runs.values());
    }

    /** Expects no connection any more and hashes no memory. */
    void cancel() {
        openGate().ifPresent(HashGate::close);
        incoming.stream().forEach(in -> in.data().cancel(false));
    }

    private Consumer<DestinationEvent> hashedFirst(MemoryHashing how, Consumer<DestinationEvent> receiver) {
        UUID migrationId = incoming.target().setup().migrationId();
        HashGate<DestinationEvent> made = new HashGate<>(
                new MemoryHash(how, migrationId, List.of("tables")),
                host.workers(),
                receiver,
                e -> new DestinationEvent.Failed(e.code(), String.valueOf(e.getMessage())));
        gate = Optional.of(made);
        return event -> {
            if (event instanceof DestinationEvent.Restored restored) {
                made.hold(restored.member(), domid(restored.member()).orElseThrow(), restored);
            } else {
                receiver.accept(event);
            }
        };
    }

    private synchronized Optional<HashGate<DestinationEvent>> openGate() {
        return gate;
    }

    synchronized Optional<Domid> domid(Member member) {
        return Optional.ofNullable(runs.get(member)).flatMap(RestoreRun::domid);
    }
}
