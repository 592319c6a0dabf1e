/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.control;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;

/** Calls peers. Any thread; nothing blocks. */
public final class ControlClient {

    private final EventLoopGroup group;
    private final SessionSettings settings;

    /** Makes a client on event loops (epoll) that stay the caller's. */
    public ControlClient(EventLoopGroup group, SessionSettings settings) {
        this.group = group;
        this.settings = settings;
    }

    /**
     * Connects and exchanges Hello. The future fails with a {@link Refusal}: PEER_UNREACHABLE, or PROTOCOL if the peer speaks another version or
     * calls itself by another name; the connection is closed then.
     *
     * @param host what the peer must call itself
     * @param owner gives the session its listener, on an event loop: must not block
     */
    public CompletableFuture<ControlSession> connect(
            String host, InetSocketAddress address, Function<ControlSession, SessionListener> owner) {
        SessionHandler handler = new SessionHandler(settings, host, owner);
        Bootstrap bootstrap = new Bootstrap()
                .group(group)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(settings.helloDeadline().toMillis()))
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, ControlServer.WATER)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new ControlCodec(), handler);
                    }
                });
        bootstrap.connect(address).addListener(done -> {
            if (!done.isSuccess()) {
                String text = "The host " + host + " cannot be reached at " + address + ": "
                        + done.cause().getMessage() + ".";
                handler.opened().completeExceptionally(new Refusal(ErrorCode.PEER_UNREACHABLE, text, done.cause()));
            }
        });
        return handler.opened();
    }
}
