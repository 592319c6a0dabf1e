/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.config.Config;
import org.vmcoupler.control.ControlClient;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.ControlServer;
import org.vmcoupler.control.ControlSession;
import org.vmcoupler.control.SessionEnd;
import org.vmcoupler.control.SessionListener;
import org.vmcoupler.control.SessionSettings;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.migration.Peer;
import org.vmcoupler.relay.DataListener;

/** This host's connections to other daemons. Closed as long as the configuration does not allow plain transport. */
final class Network implements PeerDoor {

    private static final Logger LOG = LoggerFactory.getLogger(Network.class);
    private static final Duration CONNECT = Duration.ofSeconds(20);

    private final Config config;
    private final EventLoopGroup loops;
    private final SessionSettings settings;
    private final Map<String, InetSocketAddress> addresses = new HashMap<>();
    private final Map<InetAddress, String> names = new HashMap<>();

    /**
     * Resolves the addresses of all peers.
     *
     * @param inOrder runs what sessions hear, one after the other
     * @throws Refusal a peer's address cannot be resolved
     */
    Network(Config config, EventLoopGroup loops, ControlMessage.Hello hello, InstantSource clock, Executor inOrder) {
        this.config = config;
        this.loops = loops;
        this.settings =
                SessionSettings.of(hello, clock, inOrder, config.migration().peerSilence());
        for (org.vmcoupler.config.Peer peer : config.peers()) {
            try {
                InetAddress address = InetAddress.getByName(peer.address());
                addresses.put(peer.name(), new InetSocketAddress(address, peer.controlPort()));
                names.put(address, peer.name());
            } catch (UnknownHostException e) {
                throw new Refusal(
                        ErrorCode.BAD_CONFIG,
                        "The address \"" + peer.address() + "\" of peer \"" + peer.name() + "\" cannot be resolved.",
                        e);
            }
        }
    }

    /** Tells whether peers may connect at all. */
    boolean open() {
        return config.peerPort().insecurePlain();
    }

    /** Listens for data connections. */
    DataListener listenForData() throws IOException {
        return DataListener.bind(
                loops,
                new InetSocketAddress(
                        config.peerPort().listen(), config.peerPort().dataPort()),
                names::containsKey);
    }

    /** Listens for other daemons, whose messages go to {@code reception}. */
    ControlServer listen(Reception reception) {
        InetSocketAddress at = new InetSocketAddress(
                config.peerPort().listen(), config.peerPort().controlPort());
        return ControlServer.listen(loops, at, names, settings, session -> {
            Peer peer = peer(session);
            LOG.info("{} has connected", peer.name());
            return new SessionListener() {
                @Override
                public void received(ControlMessage message) {
                    LOG.debug("from {}: {}", peer.name(), message);
                    reception.received(peer, message);
                }

                @Override
                public void ended(SessionEnd end) {
                    LOG.info("{} has gone: {}", peer.name(), end.text());
                    reception.lost(peer, end.text());
                }
            };
        });
    }

    @Override
    public Peer connect(String name, BiConsumer<Peer, ControlMessage> messages, Consumer<String> lost) {
        InetSocketAddress address = addresses.get(name);
        if (address == null) {
            throw new Refusal(
                    ErrorCode.PEER_NOT_LISTED, "Host \"" + name + "\" is not listed in the configuration ([[peers]]).");
        }
        if (!open()) {
            throw new Refusal(
                    ErrorCode.NOT_ALLOWED,
                    "Connections to other hosts are off: they are not encrypted yet. Set insecure_plain = true under"
                            + " [peer_port] on both hosts if their network is trusted.");
        }
        CompletableFuture<ControlSession> opening = new ControlClient(loops, settings)
                .connect(name, address, session -> new SessionListener() {
                    @Override
                    public void received(ControlMessage message) {
                        messages.accept(peer(session), message);
                    }

                    @Override
                    public void ended(SessionEnd end) {
                        lost.accept(end.text());
                    }
                });
        ControlSession session = await(opening, name);
        return peer(session);
    }

    private SessionPeer peer(ControlSession session) {
        InetSocketAddress address = addresses.get(session.peer().host());
        if (address == null) {
            throw new IllegalStateException("a session with a host that is not listed");
        }
        return new SessionPeer(session, address, loops);
    }

    private static ControlSession await(CompletableFuture<ControlSession> opening, String name) {
        try {
            return opening.get(CONNECT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Refusal refusal) {
                throw refusal;
            }
            throw new Refusal(
                    ErrorCode.PEER_UNREACHABLE, "Host \"" + name + "\" cannot be reached: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new Refusal(
                    ErrorCode.PEER_UNREACHABLE,
                    "Host \"" + name + "\" did not answer within " + CONNECT.toSeconds() + " s; nothing was changed.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(ErrorCode.PEER_UNREACHABLE, "The daemon is ending.", e);
        }
    }
}
