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

    /** While more than this waits for its time, in bytes, a stream is not read; it counts towards {@link RelayLimits#STREAM_BYTES_MAX}. */
    private static final int WAITING_BYTES_MAX = 1 << 20;

    /** What a limit that is lowered makes up for what was sent in the second before it; Netty's own is 15 s. */
    private static final long LONGEST_WAIT_MS = 4_000;

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

    /** Lets what is sent over a data connection count from now on; before its relay is made. */
    public synchronized void shape(Channel data) {
        if (closed) {
            return;
        }
        if (shaping == null) {
            shaping = new GlobalTrafficShapingHandler(data.eventLoop(), limit, UNLIMITED);
            shaping.setMaxWriteSize(WAITING_BYTES_MAX);
            shaping.setMaxTimeWait(LONGEST_WAIT_MS);
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
