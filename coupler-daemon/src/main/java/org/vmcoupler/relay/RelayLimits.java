/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.relay;

import java.time.Duration;

/** The bounds of the relay, in one place. */
public final class RelayLimits {

    /** Memory for the buffers of one migration on one host, both streams, in bytes. */
    public static final int MIGRATION_BYTES_MAX = 64 << 20;

    /** Most bytes of one stream that were read and not yet written, in bytes. */
    public static final int STREAM_BYTES_MAX = 16 << 20;

    /** What a single read from a socket takes at most, and the size of the buffer it reads into, in bytes. */
    static final int READ_BYTES_MAX = 512 << 10;

    /** Above this many unsent bytes nothing more is read ... */
    static final int UNSENT_BYTES_HIGH = 4 << 20;

    /** ... until they fall below this. */
    static final int UNSENT_BYTES_LOW = 1 << 20;

    /**
     * Bytes of a data connection that the kernel takes before it has sent them. By itself it takes megabytes, after a pause as fast as memory, and the
     * rate of that would be taken for the path's. Source: Linux net/ipv4/tcp.c, tcp_stream_memory_free; Documentation/networking/ip-sysctl.rst.
     */
    static final long NOTSENT_BYTES = 256 << 10;

    /** Connections to the data port that have not shown a valid header yet. */
    static final int UNAUTHENTICATED_MAX = 16;

    /** Data connections that are waited for at a time. */
    static final int EXPECTED_MAX = 64;

    /** From the connection to its header, and from the header to its answer. */
    static final Duration HEADER_DEADLINE = Duration.ofSeconds(5);

    /** How long a source keeps its data connection after the end for the destination to close it. */
    static final Duration LINGER = Duration.ofSeconds(30);

    private RelayLimits() {}
}
