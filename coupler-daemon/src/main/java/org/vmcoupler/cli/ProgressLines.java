/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.vmcoupler.local.DomainProgress;
import org.vmcoupler.local.MigrationProgress;

/** One line per domain: redrawn in place on a terminal, else printed at most once a second. One thread. */
final class ProgressLines {

    private static final long INTERVAL_NS = 1_000_000_000;

    private static final int BAR_CHARS = 24;

    private final PrintWriter out;
    private final boolean terminal;
    private final LongSupplier nanoTime;
    private long lastNs;
    private boolean begun;
    private String phase = "";
    private int drawn;

    ProgressLines(PrintWriter out, boolean terminal, LongSupplier nanoTime) {
        this.out = out;
        this.terminal = terminal;
        this.nanoTime = nanoTime;
    }

    /** Shows news; on a plain stream only if a second has passed or another phase has begun. */
    void show(MigrationProgress news) {
        if (terminal) {
            draw(news);
            return;
        }
        long now = nanoTime.getAsLong();
        if (begun && now - lastNs < INTERVAL_NS && phase.equals(news.phase())) {
            return;
        }
        begun = true;
        lastNs = now;
        phase = news.phase();
        out.println(head(news));
        for (DomainProgress domain : news.domains()) {
            out.println(line(domain));
        }
        out.flush();
    }

    /** Leaves the last drawing in place. */
    void end() {
        out.flush();
    }

    private void draw(MigrationProgress news) {
        if (drawn > 0) {
            out.print("\u001b[" + drawn + "A");
        }
        clearAndPrint(head(news));
        for (DomainProgress domain : news.domains()) {
            clearAndPrint(bar(domain) + line(domain));
        }
        drawn = 1 + news.domains().size();
        out.flush();
    }

    private void clearAndPrint(String line) {
        out.print("\r\u001b[K" + line + "\n");
    }

    private static String head(MigrationProgress news) {
        String predicted = news.predictedMs() < 0 ? "not known yet" : news.predictedMs() + " ms";
        return String.format(
                Locale.ROOT,
                "%s to %s: %s after %.1f s, predicted last round %s (budget %d ms)%s, id %s",
                news.target(),
                news.destination(),
                news.phase(),
                news.elapsedMs() / 1000.0,
                predicted,
                news.downtimeMs(),
                news.bandwidthMibPerS() == 0 ? "" : ", at most " + news.bandwidthMibPerS() + " MiB/s",
                news.migrationId());
    }

    private static String line(DomainProgress domain) {
        return String.format(
                Locale.ROOT,
                "  %-6s %s: round %d, %d pages, %.1f MiB on the wire, %s dirty, %.1f MiB/s",
                domain.role(),
                domain.name(),
                domain.rounds(),
                domain.pagesSent(),
                domain.bytesSent() / 1048576.0,
                domain.dirtyPages() < 0 ? "?" : Long.toString(domain.dirtyPages()),
                domain.bytesPerSecond() / 1048576.0);
    }

    private static String bar(DomainProgress domain) {
        long missing = domain.dirtyPages() < 0 ? domain.totalPages() - domain.pagesSent() : domain.dirtyPages();
        double done = domain.totalPages() <= 0 ? 0 : 1 - (double) missing / domain.totalPages();
        int full = (int) Math.round(Math.min(1, Math.max(0, done)) * BAR_CHARS);
        return "[" + "#".repeat(full) + ".".repeat(BAR_CHARS - full) + "]";
    }
}
