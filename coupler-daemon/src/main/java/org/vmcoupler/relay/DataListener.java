/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.relay;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The destination's data port: accepts connections from listed addresses, and hands one out when it shows the token of a stream that is waited
 * for. Any thread; nothing here blocks but {@link #close}.
 */
public final class DataListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataListener.class);

    private record Key(UUID migrationId, StreamRole role) {}

    private record Expected(DataToken token, CompletableFuture<Channel> connection) {}

    private final Predicate<InetAddress> allowed;
    private final ConcurrentMap<Key, Expected> expected = new ConcurrentHashMap<>();
    private final AtomicInteger unauthenticated = new AtomicInteger();
    private final Channel server;

    private DataListener(EventLoopGroup group, InetSocketAddress address, Predicate<InetAddress> allowed)
            throws IOException {
        this.allowed = allowed;
        var bound = new ServerBootstrap()
                .group(group)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new Accept())
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen for data connections on " + address, bound.cause());
        }
        server = bound.channel();
    }

    /**
     * Listens on {@code address}; blocks until bound, so not for an event loop.
     *
     * @param group epoll event loops; not shut down by the listener
     * @param address port 0 takes a free one
     * @param allowed tells whether a peer's address may connect at all; called on event loops
     * @throws IOException the address cannot be bound
     */
    public static DataListener bind(EventLoopGroup group, InetSocketAddress address, Predicate<InetAddress> allowed)
            throws IOException {
        return new DataListener(group, address, allowed);
    }

    /** Returns the address that is listened on. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    /**
     * Waits for one data connection. The future gives it with reading switched off, its answer sent; the caller owns it. Cancelling the future
     * ends the wait; no deadline of its own.
     *
     * @throws IllegalStateException this stream is already waited for, or 64 are
     */
    public CompletableFuture<Channel> expect(UUID migrationId, StreamRole role, DataToken token) {
        Key key = new Key(migrationId, role);
        Expected wanted = new Expected(token, new CompletableFuture<>());
        if (expected.size() >= RelayLimits.EXPECTED_MAX) {
            throw new IllegalStateException("already waiting for " + RelayLimits.EXPECTED_MAX + " data connections");
        }
        if (expected.putIfAbsent(key, wanted) != null) {
            throw new IllegalStateException("already waiting for the " + role + " stream of " + migrationId);
        }
        var unused = wanted.connection().whenComplete((channel, failure) -> expected.remove(key, wanted));
        return wanted.connection();
    }

    /** Stops listening and cancels what is waited for; connections handed out stay. */
    @Override
    public void close() {
        server.close().awaitUninterruptibly();
        expected.values().forEach(wanted -> wanted.connection().cancel(false));
    }

    /** First look at a connection: address and number, before a byte is read. */
    private final class Accept extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            boolean listed =
                    channel.remoteAddress() instanceof InetSocketAddress peer && allowed.test(peer.getAddress());
            if (!listed) {
                LOG.warn("data connection from {} refused: address not listed", channel.remoteAddress());
                StreamRelay.close(channel);
                return;
            }
            if (unauthenticated.incrementAndGet() > RelayLimits.UNAUTHENTICATED_MAX) {
                unauthenticated.decrementAndGet();
                LOG.warn("data connection from {} refused: too many without a header", channel.remoteAddress());
                StreamRelay.close(channel);
                return;
            }
            channel.pipeline().addLast(new Header());
        }
    }

    /** Reads the header and claims the stream that it names. */
    private final class Header extends FixedGreeting {
        Header() {
            super(DataHeader.BYTES);
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            unauthenticated.decrementAndGet();
            super.handlerRemoved(ctx);
        }

        @Override
        void taken(ChannelHandlerContext ctx, ByteBuf greeting) throws IOException {
            DataHeader header = DataHeader.decode(greeting);
            Key key = new Key(header.migrationId(), header.role());
            Expected wanted = expected.get(key);
            // A wrong token leaves the expectation in place: a stranger must not be able to spoil it. Removing is what
            // makes it good for once.
            if (wanted == null || !wanted.token().equals(header.token()) || !expected.remove(key, wanted)) {
                throw new IOException("no stream is waited for with this token");
            }
            Channel channel = ctx.channel();
            ByteBuf answer = channel.alloc().buffer(DataHeader.ANSWER_BYTES);
            DataHeader.encodeAnswer(answer);
            channel.writeAndFlush(answer).addListener(sent -> {
                if (!sent.isSuccess()) {
                    wanted.connection()
                            .completeExceptionally(
                                    new IOException("the data connection failed at its start", sent.cause()));
                } else if (!wanted.connection().complete(channel)) {
                    StreamRelay.close(channel);
                }
            });
        }

        @Override
        void refused(ChannelHandlerContext ctx, IOException reason) {
            LOG.warn("data connection from {} refused: {}", ctx.channel().remoteAddress(), reason.getMessage());
        }
    }
}
