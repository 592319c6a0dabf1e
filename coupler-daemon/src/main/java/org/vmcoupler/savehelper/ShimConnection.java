/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.savehelper;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.PeerCredentials;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection, from its first byte to its end. Its fields but the session belong to the event loop. Any fault of the peer closes it. */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends in channelInactive
final class ShimConnection extends SimpleChannelInboundHandler<String> {

    private static final Logger LOG = LoggerFactory.getLogger(ShimConnection.class);

    private final ExpectedHelpers expected;
    private final HelperCheck check;
    private final long helloWithinMs;
    private @Nullable ShimListener listener;
    private @Nullable ChannelSession session;
    private boolean done;

    ShimConnection(ExpectedHelpers expected, HelperCheck check, long helloWithinMs) {
        this.expected = expected;
        this.check = check;
        this.helloWithinMs = helloWithinMs;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.executor().schedule(() -> lateHello(ctx), helloWithinMs, TimeUnit.MILLISECONDS);
        ctx.fireChannelActive();
    }

    private void lateHello(ChannelHandlerContext ctx) {
        if (session == null && ctx.channel().isOpen()) {
            refuse(ctx, "no HELLO within " + helloWithinMs + " ms");
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, String line) {
        ShimMessage message;
        try {
            message = ShimLines.parse(line);
        } catch (IllegalArgumentException e) {
            refuse(ctx, "broken line: " + e.getMessage());
            return;
        }
        ChannelSession open = session;
        ShimListener heard = listener;
        if (open == null || heard == null) {
            begin(ctx, message);
        } else if (done
                || message instanceof ShimMessage.Hello
                || !message.saidBy(open.hello().role())) {
            refuse(ctx, "message out of place: " + message);
        } else if (message instanceof ShimMessage.Done end && !open.isPending()) {
            done = true;
            heard.done(end.rc(), end.errno());
        } else if (message instanceof ShimMessage.Done || !open.ask(message)) {
            refuse(ctx, "a message while a question is pending");
        } else {
            heard.asked(open, message);
        }
    }

    private void begin(ChannelHandlerContext ctx, ShimMessage message) {
        if (!(message instanceof ShimMessage.Hello hello)) {
            refuse(ctx, "the first message is not HELLO");
            return;
        }
        PeerCredentials peer;
        try {
            peer = ((EpollDomainSocketChannel) ctx.channel()).peerCredentials();
        } catch (IOException e) {
            refuse(ctx, "no credentials: " + e.getMessage());
            return;
        }
        Optional<String> problem = check.problem(peer.uid(), peer.pid(), hello);
        if (problem.isPresent()) {
            refuse(ctx, problem.get());
            return;
        }
        Optional<HelperProcess> process = check.process(hello.pid());
        Optional<ShimListener> owner = process.flatMap(there -> expected.take(hello));
        if (process.isEmpty() || owner.isEmpty()) {
            refuse(ctx, "no such " + hello.role().word() + " helper is expected, or its token is wrong");
            return;
        }
        ChannelSession begun = new ChannelSession(ctx.channel(), hello, process.get());
        session = begun;
        listener = owner.get();
        begun.ask(hello);
        listener.hello(begun, hello);
    }

    private void refuse(ChannelHandlerContext ctx, String why) {
        LOG.warn("save helper refused: {}", why);
        if (session != null) {
            session.close();
        }
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ChannelSession ended = session;
        ShimListener heard = listener;
        if (ended != null && heard != null) {
            ended.close();
            listener = null;
            heard.closed();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.warn("conversation with a save helper failed", cause);
        if (session != null) {
            session.close();
        }
        ctx.close();
    }
}
