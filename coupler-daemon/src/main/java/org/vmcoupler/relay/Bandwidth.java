/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.relay;

import io.netty.channel.Channel;
import io.netty.handler.traffic.GlobalTrafficShapingHandler;
import org.jspecify.annotations.Nullable;

/**
 * How much the streams of one migration may send together at its source. What is above the limit waits in a queue of bounded size, the relay then reads
 * no more, and the save helper is held up: so a limit is a slower path, for pre-copy and for the last round alike. Any thread.
 */
public final class Bandwidth implements AutoCloseable {

    /** As much as the path carries. */
    public static final long UNLIMITED = 0;

    /** Of what waits for its time, in bytes, a stream holds no more; it counts towards {@link RelayLimits#STREAM_BYTES_MAX}. */
    private static final int WAITING_BYTES_MAX = 1 << 20;

    private @Nullable GlobalTrafficShapingHandler shaping;
    private long limit;
    private boolean closed;

    /** Makes a limit of so many bytes per second, or {@link #UNLIMITED}, for streams that come. */
    public Bandwidth(long bytesPerSecond) {
        limit = bytesPerSecond;
    }

    /** Sets another limit, which holds at once for what is not waiting yet. */
    public synchronized void limit(long bytesPerSecond) {
        limit = bytesPerSecond;
        if (shaping != null) {
            shaping.setWriteLimit(bytesPerSecond);
        }
    }

    /** Returns the limit in bytes per second, or {@link #UNLIMITED}. */
    public synchronized long limit() {
        return limit;
    }

    /** Returns what a path carries under this limit of which {@code bytesPerSecond} have been measured; 0 as long as that is not known. */
    public double atMost(double bytesPerSecond) {
        long most = limit();
        return most == UNLIMITED ? bytesPerSecond : Math.min(bytesPerSecond, (double) most);
    }

    /** Lets what is sent over a data connection count from now on; before its relay is made. */
    public synchronized void shape(Channel data) {
        if (closed) {
            return;
        }
        if (shaping == null) {
            shaping = new GlobalTrafficShapingHandler(data.eventLoop(), limit, UNLIMITED);
            shaping.setMaxWriteSize(WAITING_BYTES_MAX);
        }
        data.pipeline().addLast(shaping);
    }

    /** Counts no more; the streams have ended. */
    @Override
    public synchronized void close() {
        closed = true;
        if (shaping != null) {
            shaping.release();
        }
    }
}
