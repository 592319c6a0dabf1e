/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.cli;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.vmcoupler.local.LocalRequest;
import org.vmcoupler.local.LocalText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that asks the daemon and shows its answer. */
@Command(mixinStandardHelpOptions = true)
abstract class AskingCommand implements Callable<Integer> {

    private final VmcouplerCommand top;

    @Option(names = "--json", description = "print the result, or the error, as one line of JSON, the last on stdout")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    AskingCommand(VmcouplerCommand top) {
        this.top = top;
    }

    /** Returns the daemon's answer. */
    final <R extends Record> R ask(LocalRequest request, Class<R> type) {
        return top.client().ask(request, type, progress -> {});
    }

    /** Returns the options of all commands. */
    final VmcouplerCommand top() {
        return top;
    }

    /** Prints a result: as JSON if wished, else as {@code text}. */
    final void show(Record result, String text) {
        out().println(json ? LocalText.json(result) : text);
    }

    /** Returns where the result goes. */
    final PrintWriter out() {
        return line().getOut();
    }

    /** Returns where all else goes. */
    final PrintWriter err() {
        return line().getErr();
    }

    /** Sends the request that {@code call} makes; a value out of its bounds is wrong usage. */
    final LocalRequest checked(java.util.function.Supplier<LocalRequest> request) {
        try {
            return request.get();
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(line(), "Wrong argument: " + e.getMessage() + ".", e);
        }
    }

    private CommandLine line() {
        return Objects.requireNonNull(spec, "picocli fills this in").commandLine();
    }
}
