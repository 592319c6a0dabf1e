/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlarmTest {

    private final Alarm alarm = new Alarm();
    private final List<String> done = new ArrayList<>();

    @Test
    void itPausesOnceUntilItIsOver() {
        assertTrue(goOff());
        assertFalse(goOff());
        assertTrue(alarm.isOn());
        alarm.over();
        assertFalse(alarm.isOn());
        assertTrue(goOff());
        assertEquals(List.of("pause", "pause"), done);
    }

    @Test
    void itDoesNotPauseWhatIsNotOverdueAnyMore() {
        assertFalse(alarm.goOff(() -> false, () -> done.add("pause")));
        assertEquals(List.of(), done);
    }

    @Test
    void oneThatGoesOffWhileSomebodyAsksWhetherTheTargetRunsStaysOn() {
        long before = alarm.times();
        assertTrue(goOff());
        assertFalse(alarm.overUnlessSince(before, () -> done.add("anew")));
        assertTrue(alarm.isOn());
        assertTrue(alarm.overUnlessSince(alarm.times(), () -> done.add("anew")));
        assertFalse(alarm.isOn());
        assertEquals(List.of("pause", "anew"), done);
    }

    private boolean goOff() {
        return alarm.goOff(() -> true, () -> done.add("pause"));
    }
}
