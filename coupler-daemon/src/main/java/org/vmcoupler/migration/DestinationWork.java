/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.DefinitionAnswer;
import org.vmcoupler.coupling.Both;
import org.vmcoupler.coupling.destination.DestinationEffect;
import org.vmcoupler.coupling.destination.DestinationEvent;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.journal.Attempt;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.PairFacts;

/** Carries out the effects of one migration at its destination. {@link #carryOut} is called by the migration's thread only. */
final class DestinationWork {

    private static final Logger LOG = LoggerFactory.getLogger(DestinationWork.class);

    private static final Duration RETRY = Duration.ofSeconds(10);

    private final DestinationSetting setting;
    private final HostParts host;
    private final Loop<DestinationEvent> loop;
    private final WorkQueue steps;
    private final Arrival arrival;
    private volatile @Nullable Peer peer;
    private volatile String phase = "receive";
    private volatile Both<String> definitions = new Both<>("", "");
    private volatile Both<DefinitionAnswer> defined = new Both<>(DefinitionAnswer.NONE, DefinitionAnswer.NONE);

    DestinationWork(DestinationSetting setting, Loop<DestinationEvent> loop) {
        this.setting = setting;
        this.host = setting.host();
        this.loop = loop;
        this.steps = new WorkQueue(loop);
        this.arrival = new Arrival(setting);
    }

    void attach(Peer newPeer) {
        peer = newPeer;
    }

    /** Forgets a connection that is lost; tells whether it was the last one. */
    boolean detach(Peer lost) {
        boolean last = lost.equals(peer);
        if (last) {
            peer = null;
        }
        return last;
    }

    void receive(DestinationStreams streams) {
        arrival.receive(streams, loop::post);
    }

    /** Takes note of the definitions that the source has sent, for the end. */
    void offered(Both<String> newDefinitions) {
        definitions = newDefinitions;
    }

    void entered(String newPhase) {
        phase = newPhase;
    }

    String phase() {
        return phase;
    }

    void carryOut(DestinationEffect effect) {
        if (effect instanceof DestinationEffect.Note note) {
            LOG.info("{}", note.text());
        } else if (effect instanceof DestinationEffect.Alarm alarm) {
            LOG.error("{}", alarm.text());
        } else if (effect instanceof DestinationEffect.Decide decide) {
            decide(decide);
        } else if (effect instanceof DestinationEffect.Hold hold) {
            host.journal()
                    .append(new JournalRecord.Held(
                            hold.stopped(), setting.origin().bootId()));
        } else if (effect instanceof DestinationEffect.Release) {
            release();
        } else if (effect instanceof DestinationEffect.RetryLater) {
            loop.later(RETRY, () -> loop.post(new DestinationEvent.RetryDue()));
        } else if (effect instanceof DestinationEffect.Close) {
            close();
        } else if (!carryOutInOrder(effect)) {
            tellPeer(effect);
        }
    }

    /** What blocks: one after the other, so that no pause overtakes a look and nothing works on domains that are being destroyed. */
    private boolean carryOutInOrder(DestinationEffect effect) {
        if (effect instanceof DestinationEffect.Couple couple) {
            steps.then(() -> loop.post(arrival.couple(couple.stopped())), this::failed);
        } else if (effect instanceof DestinationEffect.Pause) {
            steps.untilDone("pausing both domains", arrival::pause);
        } else if (effect instanceof DestinationEffect.Prove) {
            steps.then(
                    () -> {
                        arrival.prove();
                        loop.post(new DestinationEvent.Proven());
                    },
                    this::failed);
        } else if (effect instanceof DestinationEffect.Destroy) {
            arrival.giveUp();
            // a step's own deadlines end it within the look's and those of a few xenstore calls
            Duration patience = host.deadlines().look().multipliedBy(2);
            steps.instead(
                    "destroying both domains",
                    () -> {
                        arrival.destroy();
                        loop.post(new DestinationEvent.Destroyed());
                    },
                    patience);
        } else if (effect instanceof DestinationEffect.Settle) {
            steps.untilDone("giving the domains their names", arrival::settle);
        } else if (effect instanceof DestinationEffect.Finish finish) {
            steps.untilDone("settling the pair", () -> {
                arrival.settle();
                define();
                setting.reports().accept(finish.reportJson());
                loop.post(new DestinationEvent.Completed());
            });
        } else {
            return false;
        }
        return true;
    }

    private void tellPeer(DestinationEffect effect) {
        if (effect instanceof DestinationEffect.SendReady ready) {
            send(new ControlMessage.Ready(
                    setting.migrationId(),
                    ready.target(),
                    ready.guard(),
                    ready.look().counterFirstSeen(),
                    ready.look().counterBeforeGo()));
        } else if (effect instanceof DestinationEffect.SendRunning running) {
            recordRunning();
            send(running.running());
        } else if (effect instanceof DestinationEffect.SendRefuse refuse) {
            send(new ControlMessage.Refuse(setting.migrationId(), refuse.code(), refuse.reason()));
        } else if (effect instanceof DestinationEffect.SendClosed) {
            send(new ControlMessage.Closed(setting.migrationId(), defined.target(), defined.guard()));
        } else {
            throw new IllegalStateException("no way to carry out " + effect);
        }
    }

    /** The definitions travel beside the decisions and never hold one up: the pair runs here whatever becomes of them. */
    private void define() {
        PairFacts pair = setting.pair();
        Both<String> sent = definitions;
        BooleanSupplier isHere = () -> host.journal().state().pairs().containsKey(pair.targetUuid());
        defined = new Both<>(
                host.definitions().atDestination(sent.target(), pair.targetName(), pair.targetUuid(), isHere),
                host.definitions().atDestination(sent.guard(), pair.guardName(), pair.guardUuid(), isHere));
    }

    private void decide(DestinationEffect.Decide decide) {
        host.journal()
                .append(
                        switch (decide.decision()) {
                            case TAKE -> new JournalRecord.Take(setting.migrationId());
                            case REFUSE -> new JournalRecord.Refuse(setting.migrationId(), "");
                            case KEEP, YIELD, NONE, UNKNOWN ->
                                throw new IllegalStateException("a destination never decides " + decide.decision());
                        });
        LOG.info("decided: {}", decide.decision());
    }

    /** Once: a source that asks again is told again, which is no new fact. */
    private void recordRunning() {
        Attempt attempt = host.journal().state().open().get(setting.migrationId());
        if (attempt != null && !attempt.running()) {
            host.journal().append(new JournalRecord.Running(setting.migrationId()));
        }
    }

    /** On the migration's own thread, directly behind the durable TAKE: the target's downtime ends here. */
    private void release() {
        try {
            loop.post(new DestinationEvent.Released(arrival.release()));
            loop.work(this::seeItGoOn, e -> LOG.warn("whether the target goes on cannot be seen: {}", e.getMessage()));
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private void seeItGoOn() {
        if (!arrival.goesOn()) {
            LOG.error(
                    "ALERT: target {} was released and its counter does not move; look at the domain",
                    setting.pair().targetName());
        }
    }

    private void close() {
        host.journal().append(new JournalRecord.Closed(setting.migrationId()));
        setting.ended().run();
        loop.end();
    }

    private void send(ControlMessage message) {
        Peer open = peer;
        if (open != null) {
            open.send(message);
        }
    }

    private void failed(RuntimeException e) {
        ErrorCode code = e instanceof Refusal refusal ? refusal.code() : ErrorCode.ROLLED_BACK;
        String message = String.valueOf(e.getMessage());
        loop.post(new DestinationEvent.Failed(
                code, message.length() <= 1_900 ? message : message.substring(0, 1_900) + "..."));
    }
}
