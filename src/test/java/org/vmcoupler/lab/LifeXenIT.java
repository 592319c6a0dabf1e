/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The life of a pair on one host: started, its guard lost, its target ended in each way, stopped. */
@OnXenLab
@Order(8)
class LifeXenIT {

    private static final Set<LifeCase> SHORT =
            EnumSet.of(LifeCase.GUARD_DESTROYED, LifeCase.XENSTORED_HANGS, LifeCase.REBOOT);

    private final Life life = new Life(Lab.ofThisMachine());

    @Test
    @Order(1)
    void aPairIsStartedLosesItsGuardRebootsAndIsStopped() {
        startAndStop(SHORT);
    }

    @Test
    @Order(2)
    @Tag(LabTests.LONG)
    void everyOtherCase() {
        startAndStop(EnumSet.complementOf(EnumSet.copyOf(SHORT)));
    }

    @Test
    @Order(3)
    @Tag(LabTests.LONG)
    void whatBecomesOfItIsWhatItsPolicySays() {
        check(List.of(PolicyCase.values()));
    }

    @Test
    @Order(4)
    @Tag(LabTests.LONG)
    void aPairStartsAgainAfterItsHostHasLostItsPower() {
        LifeCase.hostBooted(Lab.ofThisMachine());
    }

    private void startAndStop(Set<LifeCase> between) {
        EnumSet<LifeCase> cases = EnumSet.of(LifeCase.STARTED, LifeCase.STOPPED);
        cases.addAll(between);
        check(List.copyOf(cases));
    }

    private void check(List<? extends PairCase> cases) {
        life.run(cases).orFail("life");
    }
}
