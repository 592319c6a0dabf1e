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
 * @param state {@code watched}, {@code migrating}, {@code in-doubt}, {@code guard-lost} or {@code unwatched}
 * @param looks looks that the guard has proven since it was coupled or came here
 * @param lastLookAgeMs milliseconds since the last proven look, -1 before the first
 * @param largestStep largest step of the target's counter between two samples of the guard, -1 if not known
 * @param labSwitches switches that break the guard's agent on purpose, for labs only; empty in earnest
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
        long largestStep,
        List<String> labSwitches) {}
