/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.savehelper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HelperProcessTest {

    @Test
    void killsTheVeryProcessAndNoOtherOfTheSamePid() throws Exception {
        Process child = new ProcessBuilder("sleep", "60").start();
        HelperProcess helper = HelperProcess.of(child.pid()).orElseThrow();
        HelperProcess earlier = new HelperProcess(helper.pid(), helper.startTicks() - 1);
        assertTrue(helper.isAlive());
        assertFalse(earlier.isAlive());
        earlier.kill();
        assertFalse(child.waitFor(100, TimeUnit.MILLISECONDS));
        helper.kill();
        assertTrue(child.waitFor(20, TimeUnit.SECONDS));
        assertFalse(helper.isAlive());
    }

    @Test
    void aCommandNameWithBracketsAndSpacesIsNoField() {
        String line = "12 (a) R 1 (b c) S 42 12 12 0 -1 1 2 3 4 5 6 7 8 9 20 0 1 0 98765 1 2 3\n";
        assertEquals(new ProcessTable.Stat(42, 98_765, false), ProcessTable.parse(line));
    }
}
