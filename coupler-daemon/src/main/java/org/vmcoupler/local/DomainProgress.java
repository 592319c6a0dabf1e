/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.local;

/**
 * How far one domain of a pair has moved.
 *
 * @param role {@code target} or {@code guard}
 * @param rounds pre-copy rounds begun, from 1; 0 before the first
 * @param pagesSent pages in the stream so far, all rounds together
 * @param totalPages populated pages of the domain; what the first round sends
 * @param bytesSent bytes that crossed the network so far
 * @param dirtyPages pages that are yet to be sent, as last counted; -1 if not counted yet
 * @param bytesPerSecond rate on the network, measured over the last seconds
 */
public record DomainProgress(
        String name,
        String role,
        int rounds,
        long pagesSent,
        long totalPages,
        long bytesSent,
        long dirtyPages,
        long bytesPerSecond) {}
