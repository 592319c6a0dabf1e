/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.savehelper;

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** A session over a channel: at most one question is pending, and the one answer it gets is counted under the lock. */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends in channelInactive
final class ChannelSession implements ShimSession {

    private final Channel channel;
    private final ShimMessage.Hello hello;
    private final HelperProcess process;
    private @Nullable ShimMessage pending;
    private boolean closed;

    ChannelSession(Channel channel, ShimMessage.Hello hello, HelperProcess process) {
        this.channel = channel;
        this.hello = hello;
        this.process = process;
    }

    /** Makes the question the pending one; tells whether that was possible. */
    synchronized boolean ask(ShimMessage question) {
        if (pending != null || closed) {
            return false;
        }
        pending = question;
        return true;
    }

    synchronized boolean isPending() {
        return pending != null;
    }

    @Override
    public ShimMessage.Hello hello() {
        return hello;
    }

    @Override
    public HelperProcess process() {
        return process;
    }

    @Override
    public synchronized boolean answer(ShimAnswer answer) {
        if (closed) {
            return false;
        }
        if (pending == null || !pending.answers().contains(answer)) {
            throw new IllegalStateException(answer + " is no answer to " + pending);
        }
        pending = null;
        channel.writeAndFlush(answer.name() + "\n");
        return true;
    }

    @Override
    public synchronized void close() {
        closed = true;
        channel.close();
    }
}
