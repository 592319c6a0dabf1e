/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.local;

import java.util.List;

/**
 * A pair as its daemon sees it now.
 *
 * @param targetDomid the target's domid on this host, -1 if it is not here
 * @param guardDomid the guard's, likewise
 * @param state {@code watched}, {@code migrating}, {@code suspend-pending}, or where it is in its life, as docs/pairs.md names it
 * @param looks looks that the guard has proven since it was coupled or came here
 * @param lastLookAgeMs milliseconds since the last proven look, -1 before the first
 * @param counter the counter in the target's memory as the guard sampled it last, -1 if it has none or is not watched
 * @param largestStep largest step of the target's counter between two samples of the guard, -1 if not known
 * @param longestUnprovenMs longest time that the target ran here without a proven look, up to its stop in a migration, since this daemon keeps the pair,
 *     in milliseconds; -1 if it keeps it no longer
 * @param maxUnprovenMs the longest that the pair's policy allows, in milliseconds
 * @param alert the last alert of this pair; empty if there was none
 * @param labSwitches switches that break the guard's agent on purpose, for labs only; empty in earnest
 * @param libvirt those of the two that libvirt manages on this host, the target first
 */
public record PairView(
        String target,
        String guard,
        String targetUuid,
        String guardUuid,
        int targetDomid,
        int guardDomid,
        String state,
        long looks,
        long lastLookAgeMs,
        long counter,
        long largestStep,
        long longestUnprovenMs,
        long maxUnprovenMs,
        String alert,
        List<String> labSwitches,
        List<ManagedView> libvirt) {}
