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
    private final Map<Member, RestoreRun> runs = new EnumMap<>(Member.class);

    /**
     * One stream that is expected.
     *
     * @param config what the domain is restored with, made from our allow-list
     * @param data its connection, once it is there
     */
    public record Incoming(RelaySetup setup, DomainConfig config, CompletableFuture<Channel> data) {}

    /** Takes what is expected of both members. */
    public DestinationStreams(HostParts host, Both<Incoming> incoming) {
        this.host = host;
        this.incoming = incoming;
    }

    synchronized void start(Consumer<DestinationEvent> events) {
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

    /** Expects no connection any more. */
    void cancel() {
        incoming.stream().forEach(in -> in.data().cancel(false));
    }

    synchronized Optional<Domid> domid(Member member) {
        return Optional.ofNullable(runs.get(member)).flatMap(RestoreRun::domid);
    }
}
