/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.coupling.Both;
import org.vmcoupler.coupling.destination.DestinationEffect;
import org.vmcoupler.coupling.destination.DestinationEvent;
import org.vmcoupler.coupling.destination.DestinationState;
import org.vmcoupler.coupling.destination.DestinationStep;
import org.vmcoupler.fault.ErrorCode;

/** One attempt to bring a pair to this host. Any thread may call it. */
public final class DestinationMigration {

    private static final Logger LOG = LoggerFactory.getLogger(DestinationMigration.class);

    private final DestinationSetting setting;
    private final DestinationWork work;
    private final Loop<DestinationEvent> loop;
    private DestinationState state;

    /** Makes an attempt in state {@code first}. */
    public DestinationMigration(DestinationSetting setting, DestinationState first) {
        this.setting = setting;
        this.state = first;
        this.loop = new Loop<>(setting.migrationId().toString(), setting.host().workers(), this::handle);
        this.work = new DestinationWork(setting, loop);
    }

    /** Answers go to {@code peer} from now on. */
    public void attach(Peer peer) {
        work.attach(peer);
    }

    /** Starts to receive both streams. */
    public void receive(DestinationStreams streams) {
        work.receive(streams);
    }

    /** Says that the attempt cannot go on as begun. */
    public void failed(ErrorCode code, String reason) {
        loop.post(new DestinationEvent.Failed(code, reason));
    }

    /** Starts after a restart of the daemon, without a connection. */
    public void resume(DestinationEffect... firstEffects) {
        for (DestinationEffect effect : firstEffects) {
            loop.run(() -> work.carryOut(effect));
        }
    }

    /** Takes a message that came over {@code peer}; answers go there from now on. Another host than the source is ignored. */
    public void received(Peer peer, ControlMessage message) {
        if (!peer.name().equals(setting.origin().host())) {
            LOG.warn(
                    "{} speaks of migration {}, which comes from {}, and is ignored",
                    peer.name(),
                    setting.migrationId(),
                    setting.origin().host());
            return;
        }
        work.attach(peer);
        if (message instanceof ControlMessage.Stopped stopped) {
            loop.post(new DestinationEvent.Stopped(stopped));
        } else if (message instanceof ControlMessage.Yield) {
            loop.post(new DestinationEvent.Yielded(
                    !peer.bootId().equals(setting.origin().bootId())));
        } else if (message instanceof ControlMessage.Keep keep) {
            loop.post(new DestinationEvent.Kept(keep.reason()));
        } else if (message instanceof ControlMessage.Done done) {
            work.offered(new Both<>(done.targetDefinition(), done.guardDefinition()));
            loop.post(new DestinationEvent.Done(done.reportJson()));
        } else {
            LOG.warn(
                    "{} is no message to a destination and is ignored",
                    message.getClass().getSimpleName());
        }
    }

    /** Says that the connection {@code peer} is lost; an older one than the last is ignored. */
    public void peerLost(Peer peer, String reason) {
        if (work.detach(peer)) {
            loop.post(new DestinationEvent.PeerLost(reason));
        }
    }

    /** Returns the name of the phase, for status. */
    public String phase() {
        return work.phase();
    }

    private void handle(DestinationEvent event) {
        DestinationStep step = event.at(state);
        DestinationState next = step.next();
        if (!next.phase().equals(state.phase())) {
            LOG.info("{} -> {} on {}", state.phase(), next.phase(), describe(event));
        }
        // The first effect is the durable one, if the step has any: without its record there is no next state.
        step.effects().stream().limit(1).forEach(work::carryOut);
        state = next;
        work.entered(next.phase());
        step.effects().stream().skip(1).forEach(work::carryOut);
    }

    private static String describe(DestinationEvent event) {
        return event instanceof DestinationEvent.Failed failed
                ? "Failed: " + failed.reason()
                : event.getClass().getSimpleName();
    }
}
