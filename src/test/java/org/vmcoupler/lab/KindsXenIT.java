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

    private final Lab lab = Lab.ofThisMachine();

    @Test
    @Order(1)
    void anHvmTargetWithItsDeviceModel() {
        new KindCase(lab, TargetKind.HVM, 1, false).run();
    }

    @Test
    @Order(2)
    @Tag(LabTests.LONG)
    void everyPageOfAnHvmTargetThereAndBack() {
        thereAndBack(TargetKind.HVM);
    }

    @Test
    @Order(3)
    @Tag(LabTests.LONG)
    void aTargetThatHasGivenMemoryBack() {
        thereAndBack(TargetKind.BALLOONED);
    }

    @Test
    @Order(4)
    @Tag(LabTests.LONG)
    void aTargetWithTwoVcpus() {
        thereAndBack(TargetKind.TWO_VCPUS);
    }

    @Test
    @Order(5)
    @Tag(LabTests.LONG)
    void aTargetOfOneGib() {
        thereAndBack(TargetKind.ONE_GIB);
    }

    @Test
    @Order(6)
    @Tag(LabTests.LONG)
    void aTargetWhoseKernelDoesNotSuspend() {
        new KindCase(lab, TargetKind.REFUSES_SUSPEND, 1, false).run();
    }

    private void thereAndBack(TargetKind kind) {
        new KindCase(lab, kind, 2, kind.comparesMemory()).run();
    }
}
