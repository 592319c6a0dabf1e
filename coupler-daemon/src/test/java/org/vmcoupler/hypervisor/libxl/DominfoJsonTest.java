/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vmcoupler.hypervisor.DomainInfo;
import org.vmcoupler.hypervisor.DomainState;
import org.vmcoupler.hypervisor.HypervisorException;

class DominfoJsonTest {

    private static final String UUID = "\"uuid\": \"6e1b3f3c-7f2c-4a5e-9d0e-0123456789ab\", \"domid\": 4";

    @ParameterizedTest
    @CsvSource({
        "'\"running\": true', ALIVE",
        "'\"shutdown\": true, \"shutdown_reason\": \"suspend\"', SUSPENDED",
        "'\"shutdown\": true, \"shutdown_reason\": \"crash\"', SHUT_DOWN",
        "'\"shutdown\": true', SHUT_DOWN",
        "'\"shutdown\": false, \"shutdown_reason\": \"suspend\"', ALIVE",
        "'\"dying\": true, \"shutdown\": true, \"shutdown_reason\": \"suspend\"', DYING",
    })
    void readsTheState(String fields, DomainState state) {
        assertEquals(
                state, DominfoJson.parse("{" + UUID + ", " + fields + "}", "t").state());
    }

    @Test
    void readsTheNumbersAndTakesMissingOnesForZero() {
        DomainInfo info = DominfoJson.parse(
                "{" + UUID + ", \"paused\": true, \"current_memkb\": 131072, \"cpu_time\": 123456789012}", "t");
        assertTrue(info.paused());
        assertEquals(131_072, info.memoryKb());
        assertEquals(123_456_789_012L, info.cpuTimeNs());
        assertEquals(4, info.domid().value());
        assertFalse(DominfoJson.parse("{" + UUID + "}", "t").paused());
    }

    @Test
    void readsDom0WhoseZerosAreLeftOut() {
        DomainInfo dom0 = DominfoJson.parse("{\"running\": true}", "Domain-0");
        assertEquals(0, dom0.domid().value());
        assertEquals(new java.util.UUID(0, 0), dom0.uuid());
    }

    @Test
    void refusesMalformedText() {
        assertThrows(HypervisorException.class, () -> DominfoJson.tree("{"));
    }
}
