/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.cli;

import java.util.Optional;
import org.vmcoupler.local.LocalRequest;
import org.vmcoupler.local.PairView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands that start and end the domains of a pair. */
final class LifeCommands {

    private LifeCommands() {}

    /** Starts a pair. */
    @Command(
            name = "start",
            description = "Starts a pair: makes both domains and releases the target when its guard watches.",
            footer = {
                "",
                "Example:",
                "  vmcoupler start web",
                "",
                "/etc/vmcoupler/pairs/PAIR.toml names xl's configuration of both; PAIR is the target's name."
            })
    static final class Start extends AskingCommand {

        @Parameters(index = "0", paramLabel = "PAIR", description = "name of the pair's target")
        private String pair = "";

        @Option(
                names = "--not-elsewhere",
                description = "the pair has moved away from here, and you know that it runs on no other host any more")
        private boolean notElsewhere;

        Start(VmcouplerCommand top) {
            super(top);
        }

        @Override
        public Integer call() {
            PairView view = ask(checked(() -> new LocalRequest.Start(pair, Optional.of(notElsewhere))), PairView.class);
            show(view, view.target() + " runs, and " + view.guard() + " watches it (" + view.state() + ").");
            return 0;
        }
    }

    /** Stops a pair. */
    @Command(
            name = "stop",
            description = "Stops a pair: asks its target to power off, then destroys both domains.",
            footer = {"", "Example:", "  vmcoupler stop web"})
    static final class Stop extends AskingCommand {

        @Parameters(index = "0", paramLabel = "PAIR", description = "name of the pair's target")
        private String pair = "";

        Stop(VmcouplerCommand top) {
            super(top);
        }

        @Override
        public Integer call() {
            PairView view = ask(checked(() -> new LocalRequest.Stop(pair)), PairView.class);
            show(view, view.target() + " and " + view.guard() + " have ended.");
            return 0;
        }
    }

    /** Starts a pair's target again. */
    @Command(
            name = "restart",
            description = "Asks a pair's target to reboot and makes a new one, watched from its first instruction.",
            footer = {"", "Example:", "  vmcoupler restart web"})
    static final class Restart extends AskingCommand {

        @Parameters(index = "0", paramLabel = "PAIR", description = "name of the pair's target")
        private String pair = "";

        Restart(VmcouplerCommand top) {
            super(top);
        }

        @Override
        public Integer call() {
            PairView view = ask(checked(() -> new LocalRequest.Restart(pair)), PairView.class);
            show(view, view.target() + " runs again, and " + view.guard() + " watches it (" + view.state() + ").");
            return 0;
        }
    }
}
