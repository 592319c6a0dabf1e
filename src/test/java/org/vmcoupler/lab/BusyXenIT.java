/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Targets that write to their memory while they move, watched by a guard that is busy too. */
@OnXenLab
@Order(9)
class BusyXenIT {

    @Test
    @Tag(LabTests.LONG)
    void eachEndsAsItsOperatorWantsIt() {
        new Busy(Lab.ofThisMachine()).run(List.of(BusyCase.values())).orFail("busy");
    }
}
