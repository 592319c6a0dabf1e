/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class LogPipeTest {

    @Test
    void mapsLevels() {
        assertEquals(Level.ERROR, LogPipe.level("critical"));
        assertEquals(Level.WARN, LogPipe.level("warning"));
        assertEquals(Level.INFO, LogPipe.level("notice"));
        assertEquals(Level.DEBUG, LogPipe.level("detail"));
    }

    @Test
    void cleansWhatGuestsMaySay() {
        assertEquals("a?[31mb", LogPipe.clean("a\033[31mb"));
        assertEquals(2000, LogPipe.clean("x".repeat(9000)).length());
    }
}
