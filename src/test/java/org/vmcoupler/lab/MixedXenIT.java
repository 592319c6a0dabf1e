/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pairs of mixed kinds move in a row, every page of both domains compared each time. */
@OnXenLab
@Order(10)
class MixedXenIT {

    private static final int MOVES = 10;

    @Test
    @Tag(LabTests.LONG)
    @Timeout(value = 3, unit = TimeUnit.HOURS)
    void aThereAndBackOfEachKindLosesNothingAndLeavesNothingBehind() {
        new Mixed(Lab.ofThisMachine(), MOVES, List.of(MixedKind.values())).run().orFail("mixed");
    }
}
