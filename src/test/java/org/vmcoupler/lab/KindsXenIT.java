/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pairs with every kind of target. */
@OnXenLab
@Order(7)
class KindsXenIT {

    private static final int THERE = 1;
    private static final int AND_BACK = 2;

    private final Lab lab = Lab.ofThisMachine();

    @Test
    @Order(1)
    void anHvmTargetWithItsDeviceModel() {
        new KindCase(lab, TargetKind.HVM, THERE, false).run();
    }

    @Test
    @Order(2)
    @Tag(LabTests.LONG)
    void aTargetThatHasGivenMemoryBack() {
        new KindCase(lab, TargetKind.BALLOONED, THERE, false).run();
    }

    @Test
    @Order(3)
    @Tag(LabTests.LONG)
    void aTargetWithTwoVcpus() {
        new KindCase(lab, TargetKind.TWO_VCPUS, AND_BACK, false).run();
    }

    @Test
    @Order(4)
    @Tag(LabTests.LONG)
    void aTargetOfOneGib() {
        new KindCase(lab, TargetKind.ONE_GIB, AND_BACK, false).run();
    }

    @Test
    @Order(5)
    @Tag(LabTests.LONG)
    void aTargetWhoseKernelDoesNotSuspend() {
        new KindCase(lab, TargetKind.REFUSES_SUSPEND, THERE, false).run();
    }

    @Test
    @Order(6)
    @Tag(LabTests.LONG)
    void everyPageOfAnHvmTargetThereAndBack() {
        new KindCase(lab, TargetKind.HVM, AND_BACK, true).run();
    }

    @Test
    @Order(7)
    @Tag(LabTests.LONG)
    void everyPageOfATargetThatHasGivenMemoryBackThereAndBack() {
        new KindCase(lab, TargetKind.BALLOONED, AND_BACK, true).run();
    }
}
