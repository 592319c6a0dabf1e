/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vmcoupler.lab.trace.TraceBytes.BLOCKED;
import static org.vmcoupler.lab.trace.TraceBytes.RUNNABLE;
import static org.vmcoupler.lab.trace.TraceBytes.RUNNING;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunTraceTest {

    @Test
    void runsAreFoundPerDomainOverWindowsAndProcessors() {
        byte[] file = new TraceBytes()
                .cpu(0)
                .change(100, 7, 0, RUNNABLE, RUNNING)
                .other(0x28001)
                .wrap(3)
                .cpu(1)
                .change(150, 7, 1, BLOCKED, RUNNING)
                .change(160, 9, 0, RUNNABLE, RUNNING)
                .cpu(0)
                .change(200, 7, 0, RUNNING, BLOCKED)
                .cpu(1)
                .change(170, 7, 1, RUNNING, RUNNABLE)
                .change(300, 9, 0, RUNNING, BLOCKED)
                .bytes();
        RunTrace trace = RunTrace.of(file);
        assertEquals(List.of(new Interval(7, 150, 170), new Interval(7, 100, 200)), trace.of(7));
        assertEquals(List.of(new Interval(9, 160, 300)), trace.of(9));
        assertEquals(List.of(), trace.of(8));
        assertEquals(100, trace.first());
        assertEquals(300, trace.last());
    }

    @Test
    void aRunThatTheTraceCutsCountsAsFarAsItIsKnown() {
        byte[] file = new TraceBytes()
                .cpu(0)
                .change(90, 0, 0, RUNNABLE, BLOCKED)
                .change(100, 7, 0, RUNNING, BLOCKED)
                .change(110, 7, 0, BLOCKED, RUNNING)
                .change(120, 0, 0, BLOCKED, RUNNABLE)
                .bytes();
        assertEquals(
                List.of(new Interval(7, 90, 100), new Interval(7, 110, 120)),
                RunTrace.of(file).of(7));
    }

    @Test
    void lostRecordsVoidTheEvidence() {
        byte[] file = new TraceBytes()
                .cpu(0)
                .change(100, 7, 0, RUNNABLE, RUNNING)
                .lost(3)
                .change(200, 7, 0, RUNNING, BLOCKED)
                .bytes();
        VoidTraceException lost = assertThrows(VoidTraceException.class, () -> RunTrace.of(file));
        assertTrue(String.valueOf(lost.getMessage()).contains("lost 3 records"), lost::toString);
    }

    @Test
    void aRunWhoseBeginningIsMissingVoidsTheEvidence() {
        byte[] stopsTwice = new TraceBytes()
                .cpu(0)
                .change(100, 7, 0, RUNNING, BLOCKED)
                .change(200, 7, 0, RUNNING, BLOCKED)
                .bytes();
        assertThrows(VoidTraceException.class, () -> RunTrace.of(stopsTwice));
        byte[] runsTwice = new TraceBytes()
                .cpu(0)
                .change(100, 7, 0, BLOCKED, RUNNING)
                .change(200, 7, 0, BLOCKED, RUNNING)
                .bytes();
        assertThrows(VoidTraceException.class, () -> RunTrace.of(runsTwice));
    }

    @Test
    void whatIsCutOffOrNoTraceAtAllIsNoEvidence() {
        byte[] whole = new TraceBytes()
                .cpu(0)
                .change(100, 7, 0, RUNNABLE, RUNNING)
                .change(200, 7, 0, RUNNING, BLOCKED)
                .bytes();
        for (int length : new int[] {0, 3, 11, 13, 27, whole.length - 1}) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(VoidTraceException.class, () -> RunTrace.of(cut), () -> "at " + length);
        }
        assertThrows(
                VoidTraceException.class,
                () -> RunTrace.of("no trace".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    }
}
