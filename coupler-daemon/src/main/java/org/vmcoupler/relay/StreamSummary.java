/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.relay;

import org.vmcoupler.stream.StreamCounts;

/**
 * What passed when a stream is over; equal at both ends.
 *
 * @param bytes length of the stream
 * @param digest {@link org.vmcoupler.stream.StreamDigest} over it, keyed with the connection's token; 32 hex digits
 * @param counts pages and rounds
 */
public record StreamSummary(long bytes, String digest, StreamCounts counts) {}
