/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.local;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.LineBasedFrameDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;

/**
 * Listens for local clients. One event loop reads and writes; requests run on workers. Bounded: {@value #MAX_CONNECTIONS} connections,
 * {@value #MAX_WORKERS} requests at work (a migration whose client has left still counts), 64 KiB a request, 10 s for it to arrive.
 */
public final class LocalServer implements AutoCloseable {

    /** Most connections at a time; one more is told BUSY and closed. */
    static final int MAX_CONNECTIONS = 32;

    /** Most requests at work at a time. */
    static final int MAX_WORKERS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(LocalServer.class);

    private final LocalSocket socket;
    private final LocalService service;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger threads = new AtomicInteger();
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final ThreadPoolExecutor workers =
            new ThreadPoolExecutor(0, MAX_WORKERS, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "local-" + threads.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            });

    private LocalServer(LocalSocket socket, LocalService service) {
        this.socket = socket;
        this.service = service;
    }

    /**
     * Returns a server that listens. Blocks until it does.
     *
     * @throws Refusal the socket cannot be made, its group does not exist, or another daemon listens there; nothing is left behind
     */
    public static LocalServer start(LocalSocket socket, LocalService service) {
        LocalServer server = new LocalServer(socket, service);
        try {
            server.listen();
            return server;
        } catch (RuntimeException e) {
            server.stop();
            throw e;
        }
    }

    /** Tells whether no request is at work. Any thread. */
    public boolean idle() {
        return workers.getActiveCount() == 0;
    }

    /**
     * Stops listening, closes the connections and removes the socket. Requests at work run on; their clients see the connection end. Blocks
     * up to 5 s.
     */
    @Override
    public void close() {
        stop();
        try {
            Files.deleteIfExists(socket.path());
        } catch (IOException e) {
            LOG.warn("local socket {} stays behind", socket.path(), e);
        }
    }

    private void listen() {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loop)
                .channel(EpollServerDomainSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, MAX_CONNECTIONS)
                .childHandler(new ChannelInitializer<EpollDomainSocketChannel>() {
                    @Override
                    protected void initChannel(EpollDomainSocketChannel channel) {
                        accept(channel);
                    }
                });
        Channel bound = bootstrap
                .bind(new DomainSocketAddress(socket.prepare().toFile()))
                .awaitUninterruptibly()
                .channel();
        if (!bound.isActive()) {
            socket.discard();
            throw new Refusal(ErrorCode.BAD_CONFIG, "The local socket cannot be bound at " + socket.path() + ".");
        }
        socket.publish();
        LOG.info("local clients are served on {}", socket.path());
    }

    private void accept(EpollDomainSocketChannel channel) {
        int now = open.incrementAndGet();
        channel.closeFuture().addListener(closed -> open.decrementAndGet());
        if (now > MAX_CONNECTIONS) {
            LOG.warn("local client refused: {} connections are open", MAX_CONNECTIONS);
            LocalConnection.last(
                    channel,
                    LocalProtocol.error(ErrorCode.BUSY, "The daemon serves too many local clients; try again soon."));
            return;
        }
        channel.pipeline()
                .addLast(new LineBasedFrameDecoder(LocalProtocol.MAX_REQUEST_BYTES, true, true))
                .addLast(new LocalConnection(channel, service, workers));
    }

    private void stop() {
        workers.shutdown();
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
