/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.coupling.destination.DestinationEffect;
import org.vmcoupler.coupling.destination.DestinationEvent;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.journal.JournalRecord;

/** Carries out the effects of one migration at its destination. {@link #carryOut} is called by the migration's thread only. */
final class DestinationWork {

    private static final Logger LOG = LoggerFactory.getLogger(DestinationWork.class);

    private final DestinationSetting setting;
    private final HostParts host;
    private final Loop<DestinationEvent> loop;
    private final Arrival arrival;
    private volatile @Nullable Peer peer;
    private volatile String phase = "receive";

    DestinationWork(DestinationSetting setting, Loop<DestinationEvent> loop) {
        this.setting = setting;
        this.host = setting.host();
        this.loop = loop;
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

    void entered(String newPhase) {
        phase = newPhase;
    }

    String phase() {
        return phase;
    }

    void carryOut(DestinationEffect effect) {
        if (effect instanceof DestinationEffect.Note note) {
            LOG.info("{}", note.text());
        } else if (effect instanceof DestinationEffect.Decide decide) {
            decide(decide);
        } else if (effect instanceof DestinationEffect.Couple couple) {
            loop.work(() -> loop.post(arrival.couple(couple.stopped())), this::failed);
        } else if (effect instanceof DestinationEffect.PauseGuard) {
            loop.work(arrival::pauseGuard, this::failed);
        } else if (effect instanceof DestinationEffect.Prove) {
            loop.work(
                    () -> {
                        arrival.prove();
                        loop.post(new DestinationEvent.Proven());
                    },
                    this::failed);
        } else if (effect instanceof DestinationEffect.Release) {
            release();
        } else if (effect instanceof DestinationEffect.Destroy) {
            loop.work(
                    () -> {
                        arrival.destroy();
                        loop.post(new DestinationEvent.Destroyed());
                    },
                    this::failed);
        } else if (effect instanceof DestinationEffect.Finish finish) {
            loop.work(() -> finish(finish.reportJson()), this::failed);
        } else {
            tellPeer(effect);
        }
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
            host.journal().append(new JournalRecord.Running(setting.migrationId()));
            send(running.running());
        } else if (effect instanceof DestinationEffect.SendRefuse refuse) {
            send(new ControlMessage.Refuse(setting.migrationId(), refuse.code(), refuse.reason()));
            host.journal().append(new JournalRecord.Closed(setting.migrationId()));
            setting.ended().run();
        } else if (effect instanceof DestinationEffect.SendClosed) {
            send(new ControlMessage.Closed(setting.migrationId()));
        } else {
            throw new IllegalStateException("no way to carry out " + effect);
        }
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

    /** On the migration's own thread, directly behind the durable TAKE: the target's downtime ends here. */
    private void release() {
        try {
            loop.post(new DestinationEvent.Released(arrival.release()));
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private void finish(String reportJson) {
        arrival.settle();
        setting.reports().accept(reportJson);
        host.journal().append(new JournalRecord.Closed(setting.migrationId()));
        send(new ControlMessage.Closed(setting.migrationId()));
        setting.ended().run();
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
