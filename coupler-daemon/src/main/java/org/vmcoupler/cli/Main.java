/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.vmcoupler.daemon.Daemon;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.local.LocalText;
import picocli.CommandLine;

/** The vmcoupler command. */
public final class Main {

    private Main() {}

    /** Runs a command and ends the process with its exit code: 0, 2 for wrong usage, else the number of an {@link ErrorCode}. */
    @AllowedApi("the one place that knows the standard streams")
    public static void main(String[] args) {
        DaemonEntry daemon = Daemon::run;
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int code = run(args, out, err, daemon);
        out.flush();
        err.flush();
        System.exit(code);
    }

    /** Runs a command on the given streams and returns its exit code. */
    static int run(String[] args, PrintWriter out, PrintWriter err, DaemonEntry daemon) {
        CommandLine line = commands(daemon).setOut(out).setErr(err);
        line.setExecutionExceptionHandler((failure, command, result) -> {
            boolean json = wantsJson(args);
            if (failure instanceof Refusal refusal) {
                return fail(command, json, refusal.code(), String.valueOf(refusal.getMessage()));
            }
            return fail(command, json, ErrorCode.INTERNAL, "A fault of the command itself: " + failure + ".");
        });
        line.setParameterExceptionHandler((wrong, rest) -> {
            CommandLine command = wrong.getCommandLine();
            command.getErr().println("vmcoupler: " + wrong.getMessage());
            command.getErr().println("Try \"" + command.getCommandSpec().qualifiedName() + " --help\".");
            if (wantsJson(args)) {
                command.getOut().println(LocalText.usage(String.valueOf(wrong.getMessage())));
            }
            return CommandLine.ExitCode.USAGE;
        });
        return line.execute(args);
    }

    /** Returns the whole tree of commands. */
    static CommandLine commands(DaemonEntry daemon) {
        VmcouplerCommand top = new VmcouplerCommand();
        return new CommandLine(top)
                .addSubcommand(new PairCommands.Couple(top))
                .addSubcommand(new PairCommands.Uncouple(top))
                .addSubcommand(new LifeCommands.Start(top))
                .addSubcommand(new LifeCommands.Stop(top))
                .addSubcommand(new LifeCommands.Restart(top))
                .addSubcommand(new PairCommands.Pairs(top))
                .addSubcommand(new MigrateCommand(top))
                .addSubcommand(new MigrationCommands.Status(top))
                .addSubcommand(new MigrationCommands.Bandwidth(top))
                .addSubcommand(new MigrationCommands.Cancel(top))
                .addSubcommand(new MigrationCommands.Report(top))
                .addSubcommand(new DaemonCommand(daemon))
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    private static int fail(CommandLine command, boolean json, ErrorCode code, String message) {
        command.getErr().println("vmcoupler: " + message);
        if (json) {
            command.getOut().println(LocalText.json(code, message));
        }
        return code.number();
    }

    private static boolean wantsJson(String[] args) {
        return java.util.Arrays.asList(args).contains("--json");
    }
}
