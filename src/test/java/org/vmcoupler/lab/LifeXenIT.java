/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The life of a pair on one host: started, its guard lost, its target ended in each way, stopped. */
@OnXenLab
@Order(8)
class LifeXenIT {

    private final Life life = new Life(Lab.ofThisMachine());

    @Test
    @Order(1)
    void aPairIsStartedLosesItsGuardRebootsAndIsStopped() {
        check(LifeCase.STARTED, LifeCase.GUARD_DESTROYED, LifeCase.XENSTORED_HANGS, LifeCase.REBOOT, LifeCase.STOPPED);
    }

    @Test
    @Order(2)
    @Tag(LabTests.LONG)
    void everyCase() {
        check(LifeCase.values());
    }

    @Test
    @Order(3)
    @Tag(LabTests.LONG)
    void whatBecomesOfItIsWhatItsPolicySays() {
        check(PolicyCase.values());
    }

    @Test
    @Order(4)
    @Tag(LabTests.LONG)
    void aPairStartsAgainAfterItsHostHasLostItsPower() {
        LifeCase.hostBooted(Lab.ofThisMachine());
    }

    private void check(PairCase... cases) {
        life.run(List.of(cases)).orFail("life");
    }
}
