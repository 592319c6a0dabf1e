/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.vmcoupler.hypervisor.DomainEnd;

class DomainDeathsTest {

    /** As libxl 4.17 prints it. */
    @Test
    void aShutdownHasAReason() {
        String json = "{\"domid\": 7, \"for_user\": 5, \"type.domain_shutdown\": {\"shutdown_reason\": 3}}";
        assertEquals(new DomainDeaths.Event(5, DomainEnd.CRASH), DomainDeaths.parse(json));
    }

    @Test
    void aReasonThatIsLeftOutIsTheFirst() {
        assertEquals(
                new DomainDeaths.Event(1, DomainEnd.POWEROFF),
                DomainDeaths.parse("{\"for_user\": 1, \"type.domain_shutdown\": {}}"));
    }

    @Test
    void aDeathHasNone() {
        assertEquals(
                new DomainDeaths.Event(0, DomainEnd.DESTROYED),
                DomainDeaths.parse("{\"domid\": 8, \"type.domain_death\": {}}"));
    }
}
