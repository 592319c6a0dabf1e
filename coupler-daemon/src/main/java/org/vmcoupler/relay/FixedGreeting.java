/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Collects a fixed number of bytes from the start of a connection, within a deadline, and nothing after them; then leaves the pipeline with
 * reading switched off. Used for the data header and for its answer. Event loop only.
 */
abstract class FixedGreeting extends ChannelInboundHandlerAdapter {
    private final int bytes;
    private @Nullable ByteBuf collected;
    private @Nullable Future<?> deadline;
    private boolean done;

    FixedGreeting(int bytes) {
        this.bytes = bytes;
    }

    /** Takes exactly the bytes asked for; the handler is out of the pipeline, and reading is off. */
    abstract void taken(ChannelHandlerContext ctx, ByteBuf greeting) throws IOException;

    /** Called at most once, instead of or because of {@link #taken}; the channel is being closed. */
    abstract void refused(ChannelHandlerContext ctx, IOException reason);

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        collected = ctx.alloc().buffer(bytes, bytes);
        deadline = ctx.executor()
                .schedule(
                        () -> refuse(ctx, new IOException("no complete greeting in time")),
                        RelayLimits.HEADER_DEADLINE.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        if (collected != null) {
            collected.release();
            collected = null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (message instanceof ByteBuf in && collected != null && !done) {
                collect(ctx, in, collected);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void collect(ChannelHandlerContext ctx, ByteBuf in, ByteBuf into) {
        if (in.readableBytes() > into.writableBytes()) {
            refuse(ctx, new IOException("bytes follow the greeting before its answer"));
            return;
        }
        into.writeBytes(in);
        if (into.isWritable()) {
            return;
        }
        ctx.channel().config().setAutoRead(false);
        ByteBuf greeting = into.retain();
        try {
            ctx.pipeline().remove(this);
            done = true;
            taken(ctx, greeting);
        } catch (IOException e) {
            done = false;
            refuse(ctx, e);
        } finally {
            greeting.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        refuse(ctx, new IOException("closed before the greeting was complete"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        refuse(ctx, new IOException("the connection failed", cause));
    }

    private void refuse(ChannelHandlerContext ctx, IOException reason) {
        if (!done) {
            done = true;
            StreamRelay.close(ctx.channel());
            refused(ctx, reason);
        }
    }
}
