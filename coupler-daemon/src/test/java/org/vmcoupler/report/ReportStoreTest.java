/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportStoreTest {

    @Test
    void givesBackWhatWasPut(@TempDir Path folder) throws IOException {
        ReportStore store = new ReportStore(folder.resolve("reports"));
        store.put(report(new UUID(1, 1).toString(), 5));
        store.put(report(new UUID(1, 1).toString(), 6));
        assertEquals(Optional.of(report(new UUID(1, 1).toString(), 6)), store.get(new UUID(1, 1)));
        assertEquals(Optional.empty(), store.get(new UUID(1, 2)));
        assertEquals(List.of(new UUID(1, 1)), store.ids());
    }

    @Test
    void keepsTheNewest(@TempDir Path folder) throws IOException {
        ReportStore store = new ReportStore(folder, 2);
        for (int i = 1; i <= 2; i++) {
            store.put(report(new UUID(1, i).toString(), i));
            Files.setLastModifiedTime(folder.resolve(new UUID(1, i) + ".json"), FileTime.fromMillis(i * 1_000L));
        }
        store.put(report(new UUID(1, 3).toString(), 3));
        assertEquals(List.of(new UUID(1, 3), new UUID(1, 2)), store.ids());
    }

    @Test
    void whatIsToldLateIsBehindWhatEndedAfterIt(@TempDir Path folder) throws IOException {
        ReportStore store = new ReportStore(folder);
        store.putAsOldest(report(new UUID(1, 1).toString(), 1));
        store.put(report(new UUID(1, 2).toString(), 2));
        store.putAsOldest(report(new UUID(1, 3).toString(), 3));
        assertEquals(List.of(new UUID(1, 2), new UUID(1, 1), new UUID(1, 3)), store.ids());
    }

    @Test
    void anIdThatIsAPathIsRefused(@TempDir Path folder) throws IOException {
        ReportStore store = new ReportStore(folder.resolve("reports"));
        assertThrows(IllegalArgumentException.class, () -> store.put(report("../../etc/passwd", 1)));
        String json = ReportStore.json(report("../../etc/passwd", 1));
        assertThrows(IOException.class, () -> ReportStore.parse(json));
        assertFalse(Files.exists(folder.resolve("reports")));
    }

    @Test
    void aReportOfAnotherShapeIsRefused() throws IOException {
        String json = ReportStore.json(report(new UUID(1, 1).toString(), 1));
        assertThrows(IOException.class, () -> ReportStore.parse(json.replace("\"rounds\"", "\"turns\"")));
        assertThrows(IOException.class, () -> ReportStore.parse(" ".repeat(300_000) + json));
    }

    @Test
    void aReportOfADaemonThatDidNotMeasureTheStopIsRead() throws IOException {
        MigrationReport report = report(new UUID(1, 1).toString(), 1);
        String json = ReportStore.json(report).replace("\"cpuTimeSinceStopNs\":0,", "");
        assertEquals(-1, ReportStore.parse(json).cpuTimeSinceStopNs());
        assertEquals(report, ReportStore.parse(ReportStore.json(report)));
    }

    private static MigrationReport report(String id, long totalMs) {
        return new MigrationReport(
                id,
                "completed",
                "",
                "alpha",
                "beta",
                "web",
                "web-guard",
                "2026-01-01T00:00:00Z",
                totalMs,
                1,
                2,
                0.5,
                3,
                4,
                5,
                6,
                6,
                6,
                0,
                0,
                true,
                List.of(new Phase("pre-copy", 0, 10)));
    }
}
