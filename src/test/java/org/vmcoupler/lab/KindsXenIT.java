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
    void everyPageOfATargetOfOneGibThereAndBack() {
        new KindCase(lab, TargetKind.ONE_GIB, 2, true).run();
    }

    @Test
    @Order(3)
    @Tag(LabTests.LONG)
    void aTargetWhoseKernelDoesNotSuspend() {
        new KindCase(lab, TargetKind.REFUSES_SUSPEND, 1, false).run();
    }
}
