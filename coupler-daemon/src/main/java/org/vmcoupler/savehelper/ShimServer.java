/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.savehelper;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import io.netty.handler.codec.string.StringEncoder;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket that save helpers come to. Thread-safe; {@link #expect} and {@link #close} touch files and must not be called on an event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends in channelInactive
public final class ShimServer implements AutoCloseable {

    /** Connections at once; a migration needs two. More are closed as they come. */
    static final int CONNECTIONS_MAX = 64;

    private static final Duration HELLO_WITHIN = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(ShimServer.class);

    private final ExpectedHelpers expected;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Path socket;
    private final Channel listening;

    private ShimServer(Path folder, EventLoopGroup loops, HelperCheck check, Duration helloWithin) throws IOException {
        ShimFolder.prepare(folder);
        expected = new ExpectedHelpers(folder);
        socket = folder.resolve("shim.sock");
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(EpollServerDomainSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel, new ShimConnection(expected, check, helloWithin.toMillis()));
                    }
                })
                .bind(new DomainSocketAddress(socket.toFile()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("The socket " + socket + " cannot be opened.", bound.cause());
        }
        listening = bound.channel();
    }

    /**
     * Opens {@code shim.sock} in a folder of the daemon's own, which is made if it is missing (mode 0700) and emptied of an earlier daemon's files.
     * Helpers have 5 s to say HELLO.
     *
     * @param folder at most 90 bytes long, on a file system with owners and modes
     * @param loops epoll event loops; not shut down by {@link #close}
     * @throws IOException the folder is a link or another user's, or the socket cannot be made; nothing is left open
     */
    public static ShimServer start(Path folder, EventLoopGroup loops) throws IOException {
        long pid = ProcessHandle.current().pid();
        return start(folder, loops, new HelperCheck(ShimFolder.ownUid(), pid, ProcessTable.LINUX), HELLO_WITHIN);
    }

    /** Opens the socket with a check and a deadline of its own. */
    static ShimServer start(Path folder, EventLoopGroup loops, HelperCheck check, Duration helloWithin)
            throws IOException {
        return new ShimServer(folder, loops, check, helloWithin);
    }

    private void accept(Channel channel, ShimConnection connection) {
        connections.add(channel);
        if (connections.size() > CONNECTIONS_MAX) {
            LOG.warn("more than {} save helpers at once; one is turned away", CONNECTIONS_MAX);
            channel.close();
            return;
        }
        channel.pipeline()
                .addLast(new LineBasedFrameDecoder(ShimLines.LIMIT_BYTES - 1, true, true))
                .addLast(new StringDecoder(StandardCharsets.ISO_8859_1))
                .addLast(new StringEncoder(StandardCharsets.US_ASCII))
                .addLast(connection);
    }

    /**
     * Expects the helper that serves the stream with this inode, and writes its token file. Call it before libxl gets the stream.
     *
     * @param inode inode of libxl's end of the stream
     * @param listener hears this helper and no other
     * @throws java.io.UncheckedIOException the token cannot be written; nothing is expected
     */
    public Expectation expect(long inode, ShimRole role, ShimListener listener) {
        return expected.add(inode, role, listener);
    }

    /** Ends all conversations, which their helpers take as ABORT, and removes the socket. */
    @Override
    public void close() {
        listening.close().awaitUninterruptibly();
        connections.close().awaitUninterruptibly();
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.warn("socket {} cannot be removed", socket, e);
        }
    }
}
