/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A target that works against its guard and its host. */
@OnXenLab
@Order(4)
class HostileXenIT {

    private final Lab lab = Lab.ofThisMachine();

    @Test
    @Order(1)
    void aFrameThatTheTargetSwapsUnderItsGuardIsSeen() {
        FrameSwap.by(PairFixture.any(lab).here(), "gmfn").awaitSeen();
    }

    @Test
    @Order(2)
    @Tag(LabTests.LONG)
    void noViewIsOlderThanAScanAndATargetThatSuspendsItselfIsWatched() {
        check(
                LifeCase.STARTED,
                HostileCase.SWAP_BY_GMFN,
                HostileCase.SWAP_BY_BALLOONING,
                HostileCase.SUSPENDS_IN_A_LOOP,
                LifeCase.STOPPED);
    }

    @Test
    @Order(3)
    @Tag(LabTests.LONG)
    void aGuardThatKeepsItsViewsIsNoticed() {
        check(HostileCase.KEPT_VIEWS);
    }

    private void check(PairCase... cases) {
        new Life(lab).run(List.of(cases)).orFail("hostile");
    }
}
