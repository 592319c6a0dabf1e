/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

/**
 * A pair as its keeper sees it.
 *
 * @param phase where it is in its life, as docs/pairs.md names it
 * @param looks looks that the guard has proven to this daemon
 * @param lastLookAgeMs milliseconds since the last proven look
 * @param longestUnprovenMs longest time that the target ran without a proven look since this daemon keeps it, in milliseconds
 * @param maxUnprovenMs what the policy allows (W), in milliseconds
 * @param alert the last alert; empty if there was none
 */
public record KeptPair(
        String phase, long looks, long lastLookAgeMs, long longestUnprovenMs, long maxUnprovenMs, String alert) {}
