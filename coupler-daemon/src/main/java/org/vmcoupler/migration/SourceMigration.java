/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.Decision;
import org.vmcoupler.coupling.Both;
import org.vmcoupler.coupling.source.Closing;
import org.vmcoupler.coupling.source.Ended;
import org.vmcoupler.coupling.source.SourceEffect;
import org.vmcoupler.coupling.source.SourceEvent;
import org.vmcoupler.coupling.source.SourceMachine;
import org.vmcoupler.coupling.source.SourceState;
import org.vmcoupler.coupling.source.SuspendPending;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.journal.JournalDeadException;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.relay.Bandwidth;
import org.vmcoupler.report.MigrationReport;
import org.vmcoupler.stream.StreamRules;

/** One attempt to move a pair away from this host. Any thread may call it. */
public final class SourceMigration {

    private static final Logger LOG = LoggerFactory.getLogger(SourceMigration.class);
    private static final Duration TICK = Duration.ofMillis(200);

    private final SourceWork work;
    private final Setting setting;
    private final SourceView view;
    private final Bandwidth bandwidth;
    private final Loop<SourceEvent> loop;
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private SourceMachine machine;

    /**
     * What an attempt is about.
     *
     * @param rules what each member's stream must keep to
     * @param peerJournalId the id that the destination's journal had at BEGIN
     * @param left what an earlier run of the daemon left of it; empty if it began in this one
     */
    public record Setting(
            HostParts host,
            PairHere pair,
            Request request,
            Both<StreamRules> rules,
            Errands errands,
            String peerJournalId,
            Optional<LeftBehind> left) {}

    /** Makes an attempt in state {@code first}. */
    public SourceMigration(Setting setting, SourceState first) {
        this.setting = setting;
        this.bandwidth = new Bandwidth(setting.request().bytesPerSecond());
        this.view = new SourceView(setting, first, bandwidth);
        this.machine =
                SourceMachine.start(first, WaitTimes.of(setting), view.moment().nowMs());
        this.loop = new Loop<>(
                setting.request().migrationId().toString(), setting.host().workers(), this::handle);
        this.work = new SourceWork(setting, loop, view, bandwidth, this::received);
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
        loop.run(() -> take(message));
    }

    /** Takes what else happened: a lost connection, a cancellation. */
    public void post(SourceEvent event) {
        loop.post(event);
    }

    /** Lets both streams send so much together from now on, in bytes per second, or {@link Bandwidth#UNLIMITED}. */
    public void limitBandwidth(long bytesPerSecond) {
        bandwidth.limit(bytesPerSecond);
    }

    /** Returns the report once the migration has ended. */
    public CompletableFuture<MigrationReport> result() {
        return work.result();
    }

    /** Tells whether the pair runs on here but a suspend may come late. */
    public boolean suspendPending() {
        return view.progress().phase().equals(SuspendPending.PHASE);
    }

    /** Tells whether the pair has left, and only the destination's last word is missing. */
    public boolean closing() {
        return view.progress().phase().equals(new Closing().phase());
    }

    /**
     * Tells whether it has given its pair up, and a record is of other domains in which that has come back. Does not block.
     *
     * @param bootId of this boot
     */
    public boolean isNotOf(JournalRecord.Pair recorded, String bootId) {
        UUID id = setting.request().migrationId();
        return setting.host().journal().state().decision(id) == Decision.YIELD
                && !setting.pair().isMeantBy(recorded, bootId);
    }

    /** Completes when the pair is free for another attempt, which may be long before the end of this one, and is before {@link #result}. */
    public CompletableFuture<@Nullable Void> freed() {
        return work.freed();
    }

    /** Completes when nothing is left to be done. */
    public CompletableFuture<@Nullable Void> ended() {
        return ended;
    }

    /** Returns what can be seen of it. */
    public SourceView view() {
        return view;
    }

    private void take(ControlMessage message) {
        Optional<Answer> answer = answer(message);
        UUID id = work.migrationId();
        if (answer.filter(a -> a.migrationId().equals(id)).isEmpty()) {
            LOG.warn("{} is no message for this migration and is ignored", message);
            return;
        }
        work.answered(message);
        SourceEvent event = answer.get().event();
        boolean leaves = message instanceof ControlMessage.Closed closed
                && machine.state() instanceof Closing
                && work.leaveDefinitions(closed, event);
        if (!leaves) {
            handle(event);
        }
    }

    private record Answer(UUID migrationId, SourceEvent event) {}

    private static Optional<Answer> answer(ControlMessage message) {
        if (message instanceof ControlMessage.Accept accept) {
            return Optional.of(new Answer(accept.migrationId(), new SourceEvent.Accepted(accept)));
        }
        if (message instanceof ControlMessage.Refuse refuse) {
            return Optional.of(
                    new Answer(refuse.migrationId(), new SourceEvent.Refused(refuse.code(), refuse.reason())));
        }
        if (message instanceof ControlMessage.Ready ready) {
            return Optional.of(new Answer(ready.migrationId(), new SourceEvent.PeerReady(ready)));
        }
        if (message instanceof ControlMessage.Running running) {
            return Optional.of(new Answer(running.migrationId(), new SourceEvent.PeerRunning(running)));
        }
        if (message instanceof ControlMessage.Closed closed) {
            return Optional.of(new Answer(closed.migrationId(), new SourceEvent.PeerClosed()));
        }
        return Optional.empty();
    }

    private void handle(SourceEvent event) {
        if (event instanceof SourceEvent.PeerLost) {
            work.peerLost();
        }
        view.note(event);
        work.clocks().ifPresent(view::note);
        SourceMachine.Turn turn = machine.take(event, view.moment());
        SourceState before = machine.state();
        SourceState next = turn.next().state();
        if (!next.phase().equals(before.phase())) {
            LOG.info("{} -> {} on {}", before.phase(), next.phase(), describe(event));
        }
        machine = turn.next();
        view.entered(next);
        for (SourceEffect effect : turn.effects()) {
            if (!carriedOut(effect)) {
                break;
            }
        }
        if (next instanceof Ended) {
            work.end();
            bandwidth.close();
            loop.end();
            ended.complete(null);
        }
    }

    /** An effect that fails must not take the ones behind it along, such as the roll-back; but without its record none of them may happen. */
    private boolean carriedOut(SourceEffect effect) {
        try {
            work.carryOut(effect);
            return true;
        } catch (JournalDeadException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("{} could not be carried out", effect, e);
            loop.post(new SourceEvent.Failed(ErrorCode.INTERNAL, effect + " failed: " + e.getMessage() + "."));
            return !effect.durable();
        }
    }

    private static String describe(SourceEvent event) {
        return event instanceof SourceEvent.Failed failed
                ? "Failed: " + failed.reason()
                : event.getClass().getSimpleName();
    }
}
