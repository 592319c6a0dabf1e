/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.vmcoupler.local.DomainProgress;
import org.vmcoupler.local.MigrationProgress;

class ProgressLinesTest {

    private final StringWriter text = new StringWriter();
    private final AtomicLong nowNs = new AtomicLong(Long.MAX_VALUE - 5);

    @Test
    void plainLinesComeOnceASecondOrWithANewPhase() {
        ProgressLines lines = new ProgressLines(new PrintWriter(text), false, nowNs::get);
        lines.show(news("pre-copy"));
        lines.show(news("pre-copy"));
        assertEquals(2, text.toString().lines().count());
        lines.show(news("last look"));
        assertEquals(4, text.toString().lines().count());
        nowNs.addAndGet(1_000_000_000);
        lines.show(news("last look"));
        assertEquals(6, text.toString().lines().count());
    }

    @Test
    void aLimitOfTheBandwidthIsShown() {
        new ProgressLines(new PrintWriter(text), false, nowNs::get).show(news("pre-copy"));
        assertTrue(text.toString().contains("(budget 300 ms), at most 40 MiB/s, id m1"), text::toString);
    }

    @Test
    void terminalIsRedrawnInPlace() {
        ProgressLines lines = new ProgressLines(new PrintWriter(text), true, nowNs::get);
        lines.show(news("pre-copy"));
        lines.show(news("pre-copy"));
        assertTrue(text.toString().contains("\u001b[2A"));
        assertTrue(text.toString().contains("[############............]"));
    }

    private static MigrationProgress news(String phase) {
        DomainProgress target = new DomainProgress("web", "target", 1, 100, 200, 0, -1, 0);
        return new MigrationProgress("m1", "web", "g", "host2", phase, 0, 250, 300, 40, List.of(target));
    }
}
