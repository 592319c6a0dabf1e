/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.coupling;

/**
 * How long pre-copy may go on.
 *
 * @param downtimeMs longest predicted time to send what is left after the stop, in milliseconds, at least 1
 * @param maxRounds rounds of one domain after which the limit is reached, at least 1
 * @param timeoutMs time after which the limit is reached, in milliseconds, at least 1
 */
public record PreCopyLimits(long downtimeMs, int maxRounds, long timeoutMs, OnTimeout onTimeout) {

    /** Checks the ranges. */
    public PreCopyLimits {
        if (downtimeMs < 1 || maxRounds < 1 || timeoutMs < 1) {
            throw new IllegalArgumentException("limits of pre-copy must be positive");
        }
    }
}
