/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.relay;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.vmcoupler.hypervisor.DomainKind;
import org.vmcoupler.stream.StreamRules;

/** Both ends of one stream on real sockets: the test plays the two helpers, and may play one of the daemons. */
final class RelayBench implements AutoCloseable {
    /** A socketpair: one end as a number for a relay, the other for the test. */
    record Pair(int fd, SocketChannel test) {}

    final EventLoopGroup group = new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
    final DataListener listener;
    final RelaySetup setup = new RelaySetup(
            new UUID(1, 2),
            StreamRole.TARGET,
            new StreamRules(DomainKind.PVH, 1 << 20, 4),
            DataToken.draw(new SecureRandom()));
    private final Path folder = Files.createTempDirectory("relay");
    private final List<SocketChannel> open = new ArrayList<>();

    RelayBench() throws IOException {
        listener = DataListener.bind(
                group, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), InetAddress::isLoopbackAddress);
    }

    Pair pair() throws IOException {
        Path path = folder.resolve("s");
        Socket server = Socket.newSocketDomain();
        try {
            server.bind(new DomainSocketAddress(path.toString()));
            server.listen(1);
            SocketChannel test = SocketChannel.open(UnixDomainSocketAddress.of(path));
            open.add(test);
            return new Pair(server.accept(new byte[26]), test);
        } finally {
            server.close();
            Files.delete(path);
        }
    }

    CompletableFuture<Channel> connect() {
        return DataConnector.connect(
                group, listener.address(), new DataHeader(setup.migrationId(), setup.role(), setup.token()));
    }

    /** Returns the destination's and the source's channel of an authenticated data connection. */
    List<Channel> dataConnection() throws Exception {
        CompletableFuture<Channel> accepted = listener.expect(setup.migrationId(), setup.role(), setup.token());
        Channel source = connect().get(20, TimeUnit.SECONDS);
        return List.of(accepted.get(20, TimeUnit.SECONDS), source);
    }

    static CompletableFuture<Void> write(SocketChannel to, byte[] bytes) {
        return CompletableFuture.runAsync(() -> {
            try {
                ByteBuffer rest = ByteBuffer.wrap(bytes);
                while (rest.hasRemaining()) {
                    to.write(rest);
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    static byte[] read(SocketChannel from, int atMost) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(atMost);
        while (into.hasRemaining() && from.read(into) >= 0) {
            // until full or closed
        }
        return java.util.Arrays.copyOf(into.array(), into.position());
    }

    /** Reads in a thread of its own. */
    static CompletableFuture<byte[]> readMeanwhile(SocketChannel from, int atMost) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return read(from, atMost);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    @Override
    public void close() throws Exception {
        listener.close();
        for (SocketChannel channel : open) {
            channel.close();
        }
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).await(10, TimeUnit.SECONDS);
        Files.delete(folder);
    }
}
