/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What xl does to a coupled pair is noticed, answered and told. */
@OnXenLab
@Order(4)
class XlXenIT {

    private final Xl xl = new Xl(Lab.ofThisMachine());

    @Test
    @Order(1)
    void namesArePutBack() {
        check(List.of(XlWhileKept.RENAMED));
    }

    @Test
    @Order(2)
    @Tag(LabTests.LONG)
    void everyCase() {
        check(XlCase.all());
    }

    private void check(List<XlCase> cases) {
        xl.run(cases).orFail("xl");
    }
}
