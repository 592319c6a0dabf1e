/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.cli;

import java.util.Locale;
import java.util.Optional;
import org.vmcoupler.local.CancelAccepted;
import org.vmcoupler.local.HostStatus;
import org.vmcoupler.local.LocalRequest;
import org.vmcoupler.local.MigrationProgress;
import org.vmcoupler.report.MigrationReport;
import org.vmcoupler.report.Phase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands about migrations under way and past ones. */
final class MigrationCommands {

    private MigrationCommands() {}

    /** Returns a report for reading. */
    static String text(MigrationReport report) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s: %s and %s, %s to %s, %s%n",
                report.migrationId(),
                report.target(),
                report.guard(),
                report.source(),
                report.destination(),
                report.outcome()));
        text.append(String.format(
                Locale.ROOT,
                "total %d ms, downtime of target %d ms, of guard %d ms, clocks within %.3f ms, look proven: %s%n",
                report.totalMs(),
                report.targetDowntimeMs(),
                report.guardDowntimeMs(),
                report.clockErrorMs(),
                report.verified() ? "yes" : "no"));
        text.append(String.format(
                Locale.ROOT,
                "%d rounds, %.1f MiB of memory as %.1f MiB on the wire; counter %d at the stop, %d first seen, %d before the go",
                report.rounds(),
                report.ramBytes() / 1048576.0,
                report.wireBytes() / 1048576.0,
                report.counterAtStop(),
                report.counterFirstSeen(),
                report.counterBeforeGo()));
        for (Phase phase : report.phases()) {
            text.append(String.format(
                    Locale.ROOT, "%n  %-20s %8d to %8d ms", phase.name(), phase.startMs(), phase.endMs()));
        }
        if (!report.reason().isEmpty()) {
            text.append(String.format(Locale.ROOT, "%n%s", report.reason()));
        }
        return text.toString();
    }

    /** Shows the daemon and what it does. */
    @Command(
            name = "status",
            description = "Shows the daemon and the migrations under way.",
            footer = {"", "Example:", "  vmcoupler status --json"})
    static final class Status extends AskingCommand {

        @Parameters(index = "0", paramLabel = "ID", arity = "0..1", description = "only this migration")
        private Optional<String> id = Optional.empty();

        Status(VmcouplerCommand top) {
            super(top);
        }

        @Override
        public Integer call() {
            HostStatus status = ask(checked(() -> new LocalRequest.Status(id)), HostStatus.class);
            StringBuilder text = new StringBuilder(String.format(
                    Locale.ROOT,
                    "%s: vmcoupler %s on Xen %s, %d MiB free, pairs: %d, migrations under way: %d",
                    status.host(),
                    status.version(),
                    status.xenVersion(),
                    status.freeBytes() >> 20,
                    status.pairs(),
                    status.migrations().size()));
            for (MigrationProgress each : status.migrations()) {
                text.append(String.format(
                        Locale.ROOT,
                        "%n  %s: %s to %s, %s since %d ms",
                        each.migrationId(),
                        each.target(),
                        each.destination(),
                        each.phase(),
                        each.elapsedMs()));
            }
            show(status, text.toString());
            return 0;
        }
    }

    /** Cancels a migration. */
    @Command(
            name = "cancel",
            description = "Cancels the migration of a pair that is under way; the pair runs on here, watched.",
            footer = {"", "Example:", "  vmcoupler cancel web"})
    static final class Cancel extends AskingCommand {

        @Parameters(index = "0", paramLabel = "TARGET", description = "name of the pair's target")
        private String target = "";

        Cancel(VmcouplerCommand top) {
            super(top);
        }

        @Override
        public Integer call() {
            CancelAccepted done = ask(checked(() -> new LocalRequest.Cancel(target)), CancelAccepted.class);
            show(done, "Migration " + done.migrationId() + " of " + done.target() + " is being rolled back.");
            return 0;
        }
    }

    /** Changes what a migration may send. */
    @Command(
            name = "bandwidth",
            description = "Limits what the migration of a pair that is under way may send, its last round too.",
            footer = {"", "Examples:", "  vmcoupler bandwidth web 50", "  vmcoupler bandwidth web 0     no limit"})
    static final class Bandwidth extends AskingCommand {

        @Parameters(index = "0", paramLabel = "TARGET", description = "name of the pair's target")
        private String target = "";

        @Parameters(index = "1", paramLabel = "MIB", description = "MiB per second, 0 (no limit) to 1048576")
        private long mibPerS;

        Bandwidth(VmcouplerCommand top) {
            super(top);
        }

        @Override
        public Integer call() {
            MigrationProgress now =
                    ask(checked(() -> new LocalRequest.Bandwidth(target, mibPerS)), MigrationProgress.class);
            show(
                    now,
                    "Migration " + now.migrationId() + " of " + now.target() + " may send "
                            + (now.bandwidthMibPerS() == 0
                                    ? "as much as the path carries."
                                    : now.bandwidthMibPerS() + " MiB/s."));
            return 0;
        }
    }

    /** Shows a report. */
    @Command(
            name = "report",
            description = "Shows the report of a migration that has ended, whatever its outcome.",
            footer = {"", "Examples:", "  vmcoupler report --last", "  vmcoupler report ID --json"})
    static final class Report extends AskingCommand {

        @Parameters(index = "0", paramLabel = "ID", arity = "0..1", description = "id of the migration")
        private Optional<String> id = Optional.empty();

        @Option(names = "--last", description = "the one that ended last, instead of an ID")
        private boolean last;

        Report(VmcouplerCommand top) {
            super(top);
        }

        @Override
        public Integer call() {
            MigrationReport report = ask(checked(this::request), MigrationReport.class);
            show(report, text(report));
            return 0;
        }

        private LocalRequest request() {
            if (id.isPresent() == last) {
                throw new IllegalArgumentException("give either an ID or --last");
            }
            return new LocalRequest.Report(id);
        }
    }
}
