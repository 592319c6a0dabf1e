/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.control;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;

/** Hello, heartbeat and delivery of one connection. On its event loop. */
final class SessionHandler extends SimpleChannelInboundHandler<ControlMessage> {

    /** Messages handed to the owner and not yet taken; a whole migration has about ten. */
    static final int UNTAKEN_LIMIT = 64;

    /** Stands in a {@code Refuse} that refuses the peer itself. */
    static final UUID NO_MIGRATION = new UUID(0, 0);

    private static final Pattern UNPRINTABLE = Pattern.compile("\\p{Cntrl}");
    private static final Logger LOG = LoggerFactory.getLogger(SessionHandler.class);

    private final SessionSettings settings;
    private final String expectedHost;
    private final Function<ControlSession, SessionListener> owner;
    private final CompletableFuture<ControlSession> opened = new CompletableFuture<>();
    private final ClockOffset offset = new ClockOffset();
    private final AtomicInteger untaken = new AtomicInteger();
    private @Nullable ControlSession session;
    private @Nullable SessionListener listener;
    private @Nullable SessionEnd end;
    private long heardNs;
    private int pongs;

    SessionHandler(SessionSettings settings, String expectedHost, Function<ControlSession, SessionListener> owner) {
        this.settings = settings;
        this.expectedHost = expectedHost;
        this.owner = owner;
    }

    /** Returns the session once the peer has said Hello; fails with a {@link Refusal} if it does not. */
    CompletableFuture<ControlSession> opened() {
        return opened;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        heardNs = context.executor().ticker().nanoTime();
        write(context, settings.hello());
        later(context, settings.helloDeadline(), () -> {
            if (session == null) {
                finish(context, SessionEnd.Reason.SILENT, "The peer did not say Hello in time.");
            }
        });
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ControlMessage message) {
        heardNs = context.executor().ticker().nanoTime();
        ControlSession current = session;
        if (end != null) {
            return;
        }
        if (message instanceof ControlMessage.Refuse refuse
                && refuse.migrationId().equals(NO_MIGRATION)) {
            String reason = UNPRINTABLE.matcher(refuse.reason()).replaceAll(" ");
            finish(context, SessionEnd.Reason.PROTOCOL, "The peer refuses this host: " + reason);
        } else if (current == null) {
            hello(context, message);
        } else if (message instanceof ControlMessage.Ping ping) {
            write(context, new ControlMessage.Pong(ping.sentAtNs(), nowNs()));
        } else if (message instanceof ControlMessage.Pong pong) {
            pong(context, current, pong);
        } else if (message instanceof ControlMessage.Hello) {
            finish(context, SessionEnd.Reason.PROTOCOL, "The peer said Hello twice.");
        } else {
            deliver(context, message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        finish(context, SessionEnd.Reason.CLOSED_BY_PEER, "The peer closed the connection.");
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == SessionEnd.Reason.CLOSED_HERE) {
            finish(context, SessionEnd.Reason.CLOSED_HERE, "This host closed the connection.");
        } else if (event == SessionEnd.Reason.OVERRUN) {
            finish(context, SessionEnd.Reason.OVERRUN, "The peer does not take what is sent to it.");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable root = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        SessionEnd.Reason reason = root instanceof Refusal ? SessionEnd.Reason.PROTOCOL : SessionEnd.Reason.NETWORK;
        finish(context, reason, String.valueOf(root.getMessage()));
    }

    private void hello(ChannelHandlerContext context, ControlMessage message) {
        if (!(message instanceof ControlMessage.Hello peer)) {
            finish(context, SessionEnd.Reason.PROTOCOL, "The peer did not say Hello first.");
        } else if (peer.protocol() != settings.hello().protocol()) {
            finish(
                    context,
                    SessionEnd.Reason.PROTOCOL,
                    "The peer speaks version " + peer.protocol() + " of the control protocol, this host version "
                            + settings.hello().protocol() + ".");
        } else if (!peer.host().equals(expectedHost)) {
            finish(
                    context,
                    SessionEnd.Reason.PROTOCOL,
                    "The peer calls itself " + peer.host() + ", configured for its address is " + expectedHost + ".");
        } else {
            ControlSession made = new ControlSession(context.channel(), peer);
            session = made;
            listener = owner.apply(made);
            opened.complete(made);
            beat(context);
        }
    }

    /** The first pings follow one another at the speed of the answers, so that the clock is known soon. */
    private void pong(ChannelHandlerContext context, ControlSession current, ControlMessage.Pong pong) {
        offset.add(pong.sentAtNs(), pong.answeredAtNs(), nowNs());
        current.clock(offset.estimate());
        if (pongs == ClockOffset.WINDOW) {
            return;
        }
        pongs++;
        if (pongs == ClockOffset.WINDOW) {
            current.clockIsReady();
        } else {
            write(context, new ControlMessage.Ping(nowNs()));
        }
    }

    private void beat(ChannelHandlerContext context) {
        if (end != null) {
            return;
        }
        if (context.executor().ticker().nanoTime() - heardNs
                > settings.silence().toNanos()) {
            finish(context, SessionEnd.Reason.SILENT, "The peer was silent for " + settings.silence() + ".");
            return;
        }
        write(context, new ControlMessage.Ping(nowNs()));
        later(context, settings.pingInterval(), () -> beat(context));
    }

    private void deliver(ChannelHandlerContext context, ControlMessage message) {
        SessionListener to = listener;
        if (untaken.incrementAndGet() > UNTAKEN_LIMIT || to == null) {
            finish(context, SessionEnd.Reason.OVERRUN, "The peer sends faster than this host takes it.");
            return;
        }
        settings.executor().execute(() -> {
            try {
                to.received(message);
            } finally {
                untaken.decrementAndGet();
            }
        });
    }

    private void finish(ChannelHandlerContext context, SessionEnd.Reason reason, String text) {
        if (end != null) {
            return;
        }
        SessionEnd now = new SessionEnd(reason, text);
        end = now;
        LOG.debug("control {}: {} {}", context.channel(), reason, text);
        ErrorCode code = reason == SessionEnd.Reason.PROTOCOL ? ErrorCode.PROTOCOL : ErrorCode.PEER_UNREACHABLE;
        opened.completeExceptionally(new Refusal(code, text));
        ControlSession ended = session;
        if (ended != null) {
            ended.clockIsReady();
        }
        SessionListener to = listener;
        if (to != null) {
            settings.executor().execute(() -> to.ended(now));
        }
        boolean orderly = reason == SessionEnd.Reason.PROTOCOL || reason == SessionEnd.Reason.CLOSED_HERE;
        if (orderly && context.channel() instanceof DuplexChannel channel) {
            closeAfterAllIsSent(channel, reason, text);
            later(context, settings.helloDeadline(), () -> {
                var unused = context.close();
            });
        } else {
            var unused = context.close();
        }
    }

    /**
     * Says why if the peer is to blame, then closes our direction only: what the peer still sends is read and dropped until it closes too. A
     * plain close with bytes unread would reset the connection, and the peer might lose what we sent last: our Hello, the reason, a Done.
     */
    private static void closeAfterAllIsSent(DuplexChannel channel, SessionEnd.Reason reason, String text) {
        String sentence = text.substring(0, Math.min(text.length(), Limits.TEXT_CHARS));
        Object last = reason == SessionEnd.Reason.PROTOCOL
                ? new ControlMessage.Refuse(NO_MIGRATION, ErrorCode.PROTOCOL, sentence)
                : Unpooled.EMPTY_BUFFER;
        channel.writeAndFlush(last).addListener(done -> {
            var unused = channel.shutdownOutput();
        });
    }

    /** Writes; a failure comes back as an exception of the channel. A peer that asks without reading the answers is an overrun too. */
    private void write(ChannelHandlerContext context, ControlMessage message) {
        if (!context.channel().isWritable() && context.channel().isActive()) {
            finish(context, SessionEnd.Reason.OVERRUN, "The peer does not take what is sent to it.");
            return;
        }
        var unused = context.writeAndFlush(message, context.voidPromise());
    }

    private static void later(ChannelHandlerContext context, Duration delay, Runnable task) {
        var unused = context.executor().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private long nowNs() {
        Instant now = settings.clock().instant();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
