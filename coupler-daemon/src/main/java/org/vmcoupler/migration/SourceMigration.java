/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.coupling.Both;
import org.vmcoupler.coupling.source.Ended;
import org.vmcoupler.coupling.source.SourceEffect;
import org.vmcoupler.coupling.source.SourceEvent;
import org.vmcoupler.coupling.source.SourceState;
import org.vmcoupler.coupling.source.SourceStep;
import org.vmcoupler.report.MigrationReport;
import org.vmcoupler.stream.StreamRules;

/** One attempt to move a pair away from this host. Any thread may call it. */
public final class SourceMigration {

    private static final Logger LOG = LoggerFactory.getLogger(SourceMigration.class);
    private static final Duration TICK = Duration.ofMillis(200);

    private final SourceWork work;
    private final SourceView view;
    private final Loop<SourceEvent> loop;
    private SourceState state;

    /**
     * What an attempt is about.
     *
     * @param rules what each member's stream must keep to
     * @param restarted the daemon was restarted in the middle of it
     */
    public record Setting(
            HostParts host,
            PairHere pair,
            Request request,
            Both<StreamRules> rules,
            Errands errands,
            boolean restarted) {}

    /** Makes an attempt in state {@code first}. */
    public SourceMigration(Setting setting, SourceState first) {
        this.state = first;
        this.view = new SourceView(setting, first);
        this.loop = new Loop<>(
                setting.request().migrationId().toString(), setting.host().workers(), this::handle);
        this.work = new SourceWork(setting, loop, view);
    }

    /**
     * Starts with a connection to the destination.
     *
     * @param vmcoreinfo SHA-256 of the target's VMCOREINFO note as its guard sees it; empty if it sees none
     */
    public void begin(Peer peer, String vmcoreinfo) {
        work.attach(peer, vmcoreinfo);
        loop.every(TICK, new SourceEvent.Tick());
    }

    /** Starts after a restart of the daemon, without a connection. */
    public void resume(SourceEffect... firstEffects) {
        for (SourceEffect effect : firstEffects) {
            loop.run(() -> work.carryOut(effect));
        }
    }

    /** Takes a message of the peer. */
    public void received(ControlMessage message) {
        SourceEvent[] events = events(message);
        if (events.length == 0) {
            LOG.warn(
                    "{} is no message to a source and is ignored",
                    message.getClass().getSimpleName());
        }
        for (SourceEvent event : events) {
            if (event instanceof SourceEvent.Refused) {
                work.refused();
            }
            loop.post(event);
        }
    }

    /** Takes what else happened: a lost connection, a cancellation. */
    public void post(SourceEvent event) {
        loop.post(event);
    }

    /** Returns the report once the migration has ended. */
    public CompletableFuture<MigrationReport> result() {
        return work.result();
    }

    /** Returns what can be seen of it. */
    public SourceView view() {
        return view;
    }

    static SourceEvent[] events(ControlMessage message) {
        if (message instanceof ControlMessage.Accept accept) {
            return new SourceEvent[] {new SourceEvent.Accepted(accept)};
        }
        if (message instanceof ControlMessage.Refuse refuse) {
            return new SourceEvent[] {new SourceEvent.Refused(refuse.code(), refuse.reason())};
        }
        if (message instanceof ControlMessage.Ready ready) {
            return new SourceEvent[] {new SourceEvent.PeerReady(ready)};
        }
        if (message instanceof ControlMessage.Running running) {
            return new SourceEvent[] {new SourceEvent.PeerRunning(running)};
        }
        if (message instanceof ControlMessage.Closed) {
            return new SourceEvent[] {new SourceEvent.PeerClosed()};
        }
        return new SourceEvent[0];
    }

    private void handle(SourceEvent event) {
        view.note(event);
        work.clocks().ifPresent(view::note);
        SourceStep step = event.at(state, view.moment());
        SourceState next = step.next();
        if (!next.phase().equals(state.phase())) {
            LOG.info("{} -> {} on {}", state.phase(), next.phase(), describe(event));
        }
        state = next;
        view.entered(next);
        for (SourceEffect effect : step.effects()) {
            work.carryOut(effect);
        }
        if (next instanceof Ended) {
            loop.end();
        }
    }

    private static String describe(SourceEvent event) {
        return event instanceof SourceEvent.Failed failed
                ? "Failed: " + failed.reason()
                : event.getClass().getSimpleName();
    }
}
