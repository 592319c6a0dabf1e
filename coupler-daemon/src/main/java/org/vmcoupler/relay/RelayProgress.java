/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.relay;

import org.vmcoupler.stream.StreamCounts;

/**
 * Where a stream stands. Immutable.
 *
 * @param bytesIn bytes read from the stream's origin
 * @param bytesOut bytes written to its destination, that is accepted by the kernel
 * @param bufferedBytesPeak largest difference of the two so far
 * @param counts pages and rounds that were read
 * @param bytesPerSecond written bytes per second over the last two seconds, pauses included
 * @param busyBytesPerSecond the same without pauses of more than 100 ms: what the path carries when there is something to carry; 0 before the
 *     first byte
 * @param waitingBytes of what was handed on to the peer, those that the kernel has not taken; more than were sent since: the path alone has held the
 *     stream up all that time. 0 at a destination, which does not judge the path, and at the end
 * @param complete whether the END record was passed on
 */
public record RelayProgress(
        long bytesIn,
        long bytesOut,
        long bufferedBytesPeak,
        StreamCounts counts,
        long bytesPerSecond,
        long busyBytesPerSecond,
        long waitingBytes,
        boolean complete) {}
