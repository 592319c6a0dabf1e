/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import io.netty.channel.Channel;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.coupling.Both;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.source.SourceEffect;
import org.vmcoupler.coupling.source.SourceEvent;
import org.vmcoupler.relay.Bandwidth;
import org.vmcoupler.relay.DataToken;
import org.vmcoupler.relay.RelayProgress;
import org.vmcoupler.relay.RelaySetup;

/** The two streams of a migration at its source. */
final class SourceStreams {

    private static final long CONNECT_S = 30;

    private final SourceMigration.Setting setting;
    private final Loop<SourceEvent> loop;
    private final SourceView view;
    private final Bandwidth bandwidth;
    private final Map<Member, SaveRun> runs = new EnumMap<>(Member.class);
    private Optional<HashGate<SourceEvent>> gate = Optional.empty();
    private boolean closed;

    SourceStreams(SourceMigration.Setting setting, Loop<SourceEvent> loop, SourceView view, Bandwidth bandwidth) {
        this.setting = setting;
        this.loop = loop;
        this.view = view;
        this.bandwidth = bandwidth;
        view.streamsFrom(this::progress);
    }

    /** Connects both data connections and starts both saves on workers. Blocks until the connections are there. */
    void start(ControlMessage.Accept accept, Peer peer) {
        Both<RelaySetup> setups =
                new Both<>(setup(Member.TARGET, accept.targetToken()), setup(Member.GUARD, accept.guardToken()));
        Both<CompletableFuture<Channel>> links =
                Both.of(member -> peer.connectData(accept.dataPort(), setups.get(member)));
        Consumer<SourceEvent> events = events();
        try {
            for (Member member : Member.values()) {
                Channel data =
                        links.get(member).orTimeout(CONNECT_S, TimeUnit.SECONDS).join();
                SaveRun run = new SaveRun(
                        setting.host(),
                        setups.get(member),
                        member,
                        setting.pair().domid(member),
                        events);
                if (!begun(member, run)) {
                    return;
                }
                bandwidth.shape(data);
                setting.host().workers().execute(() -> run.run(data));
            }
        } finally {
            closeUnused(links);
        }
    }

    /** Takes note of a save before it begins; tells whether it may. */
    private synchronized boolean begun(Member member, SaveRun run) {
        if (!closed) {
            runs.put(member, run);
        }
        return !closed;
    }

    /** A connection that no save has taken over is closed, also if it comes later. */
    @SuppressWarnings("FutureReturnValueIgnored") // what did not connect needs no close
    private synchronized void closeUnused(Both<CompletableFuture<Channel>> links) {
        for (Member member : Member.values()) {
            if (!runs.containsKey(member)) {
                links.get(member).thenAccept(Channel::close);
            }
        }
    }

    /** Answers the helper of one domain. */
    synchronized void answer(Member member, SourceEffect.Reply reply) {
        SaveRun run = runs.get(member);
        if (run != null) {
            run.answer(reply);
        }
    }

    /** Starts no further save, and returns those that were started. */
    synchronized List<SaveRun> close() {
        closed = true;
        gate.ifPresent(HashGate::close);
        return List.copyOf(runs.values());
    }

    /** Returns where the saves put what happens: with the request's leave, the end of both only once their memory is hashed. */
    private synchronized Consumer<SourceEvent> events() {
        Request request = setting.request();
        HostParts host = setting.host();
        Optional<HashGate<SourceEvent>> made = host.lab()
                .memoryHashing(request.verifyMemory())
                .map(how -> new HashGate<>(
                        new MemoryHash(how, request.migrationId(), List.of()),
                        host.workers(),
                        loop::post,
                        e -> new SourceEvent.Failed(e.code(), String.valueOf(e.getMessage()))));
        gate = made;
        return event -> {
            if (event instanceof SourceEvent.Saved saved && made.isPresent()) {
                made.get().hold(saved.member(), setting.pair().domid(saved.member()), saved);
            } else {
                loop.post(event);
            }
        };
    }

    private synchronized Map<Member, RelayProgress> progress() {
        Map<Member, RelayProgress> all = new EnumMap<>(Member.class);
        runs.forEach((member, run) -> {
            Optional<RelayProgress> progress = run.progress();
            progress.ifPresent(p -> all.put(member, p));
        });
        return all;
    }

    private RelaySetup setup(Member member, String token) {
        return StreamSetups.of(
                setting.request().migrationId(),
                member,
                view.rules(member),
                DataToken.of(HexFormat.of().parseHex(token)));
    }
}
