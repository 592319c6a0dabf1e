/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for peers. Connections of addresses that are not listed are closed unread. Any thread. */
public final class ControlServer implements AutoCloseable {

    /** Most connections at a time, those without a Hello included. */
    static final int CONNECTIONS = 64;

    static final WriteBufferWaterMark WATER = new WriteBufferWaterMark(512 * 1024, 1024 * 1024);

    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

    private final Channel channel;

    private ControlServer(Channel channel) {
        this.channel = channel;
    }

    /**
     * Starts to listen; blocks until the port is bound.
     *
     * @param group event loops on epoll, which stay the caller's
     * @param peers name of the host allowed to call from each address
     * @param owner gives each new session its listener, on an event loop: must not block
     * @throws io.netty.channel.ChannelException or another exception of the socket: the port cannot be bound
     */
    public static ControlServer listen(
            EventLoopGroup group,
            InetSocketAddress at,
            Map<InetAddress, String> peers,
            SessionSettings settings,
            Function<ControlSession, SessionListener> owner) {
        Map<InetAddress, String> allowed = Map.copyOf(peers);
        AtomicInteger connections = new AtomicInteger();
        ChannelInitializer<Channel> each = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel child) {
                InetSocketAddress remote = (InetSocketAddress) child.remoteAddress();
                String host = allowed.get(remote.getAddress());
                connections.incrementAndGet();
                child.closeFuture().addListener(done -> connections.decrementAndGet());
                if (host == null || connections.get() > CONNECTIONS) {
                    LOG.warn("control: connection from {} refused", remote);
                    var unused = child.close();
                    return;
                }
                child.pipeline().addLast(new ControlCodec(), new SessionHandler(settings, host, owner));
            }
        };
        Channel bound = new ServerBootstrap()
                .group(group)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER)
                .childHandler(each)
                .bind(at)
                .syncUninterruptibly()
                .channel();
        return new ControlServer(bound);
    }

    /** Returns the address bound to. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Stops listening; sessions go on. */
    @Override
    public void close() {
        channel.close().syncUninterruptibly();
    }
}
