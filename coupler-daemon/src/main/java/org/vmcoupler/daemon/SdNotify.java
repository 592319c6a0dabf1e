/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells systemd how the daemon is. Source: systemd sd_notify(3). */
final class SdNotify {

    private static final Logger LOG = LoggerFactory.getLogger(SdNotify.class);

    private SdNotify() {}

    /** Sends {@code state}, such as {@code READY=1}; does nothing when no service manager listens. Blocks for a moment. */
    static void send(EventLoopGroup loops, String state) {
        Optional<String> path =
                Optional.ofNullable(System.getenv("NOTIFY_SOCKET")).filter(p -> !p.isEmpty());
        if (path.isEmpty()) {
            return;
        }
        // an abstract address is written with @ and begins with a zero byte
        String address = path.get().startsWith("@") ? "\0" + path.get().substring(1) : path.get();
        try {
            Channel channel = new Bootstrap()
                    .group(loops)
                    .channel(EpollDomainDatagramChannel.class)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(new DomainSocketAddress(address))
                    .syncUninterruptibly()
                    .channel();
            channel.writeAndFlush(Unpooled.copiedBuffer(state, StandardCharsets.US_ASCII))
                    .syncUninterruptibly();
            channel.close().syncUninterruptibly();
        } catch (RuntimeException e) {
            LOG.warn("the service manager could not be told {}", state, e);
        }
    }
}
