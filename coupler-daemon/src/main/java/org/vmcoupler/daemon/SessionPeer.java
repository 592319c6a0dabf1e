/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.ControlSession;
import org.vmcoupler.migration.Peer;
import org.vmcoupler.relay.DataConnector;
import org.vmcoupler.relay.DataHeader;
import org.vmcoupler.relay.RelaySetup;

/** A peer as one control session to it. */
final class SessionPeer implements Peer {

    private static final Logger LOG = LoggerFactory.getLogger(SessionPeer.class);

    private final ControlSession session;
    private final InetSocketAddress address;
    private final EventLoopGroup loops;

    /** Makes it for a session with the host at {@code address}, whose port is not used. */
    SessionPeer(ControlSession session, InetSocketAddress address, EventLoopGroup loops) {
        this.session = session;
        this.address = address;
        this.loops = loops;
    }

    @Override
    public String name() {
        return session.peer().host();
    }

    @Override
    public String journalId() {
        return session.peer().journalId();
    }

    @Override
    public String bootId() {
        return session.peer().bootId();
    }

    @Override
    public String xenVersion() {
        return session.peer().xenVersion();
    }

    @Override
    public void send(ControlMessage message) {
        LOG.debug("to {}: {}", name(), message);
        session.send(message).whenComplete((sent, failure) -> {
            if (failure != null) {
                LOG.warn("{} could not be sent to {}", message.getClass().getSimpleName(), name(), failure);
            }
        });
    }

    @Override
    public Optional<Clocks> clocks() {
        return session.clock().map(estimate -> new Clocks(estimate.offsetNs(), estimate.errorNs()));
    }

    @Override
    public CompletableFuture<Channel> connectData(int port, RelaySetup setup) {
        return DataConnector.connect(
                loops,
                new InetSocketAddress(address.getAddress(), port),
                new DataHeader(setup.migrationId(), setup.role(), setup.token()));
    }

    @Override
    public void close() {
        session.close();
    }
}
