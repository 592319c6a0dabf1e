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
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.coupling.Both;
import org.vmcoupler.coupling.Member;
import org.vmcoupler.coupling.source.SourceEffect;
import org.vmcoupler.coupling.source.SourceEvent;
import org.vmcoupler.relay.DataToken;
import org.vmcoupler.relay.RelayProgress;
import org.vmcoupler.relay.RelaySetup;

/** The two streams of a migration at its source. */
final class SourceStreams {

    private static final long CONNECT_S = 30;

    private final SourceMigration.Setting setting;
    private final Loop<SourceEvent> loop;
    private final SourceView view;
    private final Map<Member, SaveRun> runs = new EnumMap<>(Member.class);
    private boolean closed;

    SourceStreams(SourceMigration.Setting setting, Loop<SourceEvent> loop, SourceView view) {
        this.setting = setting;
        this.loop = loop;
        this.view = view;
        view.streamsFrom(this::progress);
    }

    /** Connects both data connections and starts both saves on workers. Blocks until the connections are there. */
    void start(ControlMessage.Accept accept, Peer peer) {
        Both<RelaySetup> setups =
                new Both<>(setup(Member.TARGET, accept.targetToken()), setup(Member.GUARD, accept.guardToken()));
        Both<CompletableFuture<Channel>> links =
                Both.of(member -> peer.connectData(accept.dataPort(), setups.get(member)));
        for (Member member : Member.values()) {
            Channel data =
                    links.get(member).orTimeout(CONNECT_S, TimeUnit.SECONDS).join();
            SaveRun run = new SaveRun(
                    setting.host(), setups.get(member), member, setting.pair().domid(member), loop::post);
            synchronized (this) {
                if (closed) {
                    data.close();
                    return;
                }
                runs.put(member, run);
            }
            setting.host().workers().execute(() -> run.run(data));
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
        return List.copyOf(runs.values());
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
