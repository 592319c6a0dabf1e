/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.relay;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/** The source's side of a data connection. Stateless; any thread. */
public final class DataConnector {

    private DataConnector() {}

    /**
     * Connects, sends {@code header} and waits for its answer, each at most 5 s. The future gives the connection with reading switched off; the
     * caller owns it. It fails with an {@link IOException}, the connection closed, when the destination cannot be reached or refuses.
     *
     * @param group epoll event loops
     */
    public static CompletableFuture<Channel> connect(
            EventLoopGroup group, InetSocketAddress address, DataHeader header) {
        CompletableFuture<Channel> result = new CompletableFuture<>();
        new Bootstrap()
                .group(group)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(EpollChannelOption.TCP_NOTSENT_LOWAT, RelayLimits.NOTSENT_BYTES)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) RelayLimits.HEADER_DEADLINE.toMillis())
                .handler(new Answer(header, result))
                .connect(address)
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        result.completeExceptionally(
                                new IOException("no data connection to " + address, connected.cause()));
                    }
                });
        return result;
    }

    /** Sends the header and reads the answer. */
    private static final class Answer extends FixedGreeting {
        private final DataHeader header;
        private final CompletableFuture<Channel> result;

        Answer(DataHeader header, CompletableFuture<Channel> result) {
            super(DataHeader.ANSWER_BYTES);
            this.header = header;
            this.result = result;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ByteBuf out = ctx.alloc().buffer(DataHeader.BYTES);
            header.encode(out);
            ctx.writeAndFlush(out).addListener(sent -> {
                if (!sent.isSuccess()) {
                    exceptionCaught(ctx, sent.cause());
                }
            });
            ctx.fireChannelActive();
        }

        @Override
        void taken(ChannelHandlerContext ctx, ByteBuf greeting) throws IOException {
            DataHeader.decodeAnswer(greeting);
            if (!result.complete(ctx.channel())) {
                StreamRelay.close(ctx.channel());
            }
        }

        @Override
        void refused(ChannelHandlerContext ctx, IOException reason) {
            result.completeExceptionally(new IOException("the destination refused the data connection", reason));
        }
    }
}
