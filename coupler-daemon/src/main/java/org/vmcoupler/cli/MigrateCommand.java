/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.local.LocalRequest;
import org.vmcoupler.local.OnTimeout;
import org.vmcoupler.report.MigrationReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Moves a pair and shows how far it is. */
@Command(
        name = "migrate",
        description = {
            "Moves a pair, live, to another host. The target never runs unwatched: whatever fails before the point of no return, the pair "
                    + "runs on here. Ending this command does not end the migration; \"vmcoupler cancel\" does."
        },
        footer = {
            "",
            "Examples:",
            "  vmcoupler migrate web host2",
            "  vmcoupler migrate web host2 --downtime 500 --timeout 120 --on-timeout stop",
            "",
            "Exit codes: 0 completed, 30 did not converge, 31 cancelled, 32 rolled back, 33 in doubt, 34 guard lost."
        })
final class MigrateCommand extends AskingCommand {

    @Parameters(index = "0", paramLabel = "TARGET", description = "name of the pair's target")
    private String target = "";

    @Parameters(index = "1", paramLabel = "HOST", description = "name of the destination in the daemon's configuration")
    private String host = "";

    @Option(
            names = "--downtime",
            paramLabel = "MS",
            description = "longest predicted transfer of the last round, 1 to 600000 ms")
    private Optional<Long> downtimeMs = Optional.empty();

    @Option(names = "--max-rounds", paramLabel = "N", description = "limit of pre-copy rounds, 1 to 1000")
    private Optional<Integer> maxRounds = Optional.empty();

    @Option(names = "--timeout", paramLabel = "S", description = "limit of pre-copy time, 1 to 86400 s")
    private Optional<Long> timeoutS = Optional.empty();

    @Option(
            names = "--on-timeout",
            paramLabel = "cancel|stop",
            description = "at a limit: roll back, or finish with a longer downtime (default: cancel)")
    private OnTimeout onTimeout = OnTimeout.CANCEL;

    @Option(
            names = "--bandwidth",
            paramLabel = "MIB",
            description = "what may be sent, MiB per second, 0 (no limit) to 1048576; see \"vmcoupler bandwidth\"")
    private Optional<Long> bandwidthMibPerS = Optional.empty();

    @Option(names = "--verify-memory", description = "compare all memory of both domains; makes the downtime long")
    private boolean verifyMemory;

    MigrateCommand(VmcouplerCommand top) {
        super(top);
    }

    @Override
    public Integer call() {
        LocalRequest request = checked(() -> new LocalRequest.Migrate(
                target, host, downtimeMs, maxRounds, timeoutS, bandwidthMibPerS, onTimeout, verifyMemory));
        ProgressLines lines = new ProgressLines(err(), onTerminal(), System::nanoTime);
        MigrationReport report = top().client().ask(request, MigrationReport.class, lines::show);
        lines.end();
        show(report, MigrationCommands.text(report));
        if (report.outcome().equals("completed")) {
            return 0;
        }
        err().println("vmcoupler: "
                + (report.reason().isEmpty() ? "The migration is " + report.outcome() + "." : report.reason()));
        return code(report.outcome()).number();
    }

    private static ErrorCode code(String outcome) {
        try {
            return ErrorCode.valueOf(outcome.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            return ErrorCode.INTERNAL; // an outcome of a newer daemon
        }
    }

    /** Tells whether stderr is a terminal; System.console() speaks of stdin and stdout. */
    private static boolean onTerminal() {
        try {
            String file = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty");
        } catch (java.io.IOException e) {
            return false;
        }
    }
}
