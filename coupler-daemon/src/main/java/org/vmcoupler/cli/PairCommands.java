/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.vmcoupler.local.LocalRequest;
import org.vmcoupler.local.PairList;
import org.vmcoupler.local.PairView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands about pairs. */
final class PairCommands {

    private PairCommands() {}

    /** Tells that the guard is broken on purpose; empty if it is not. */
    private static String labWarning(PairView pair) {
        return pair.labSwitches().isEmpty()
                ? ""
                : " [LAB: " + String.join(", ", pair.labSwitches()) + ": looks prove nothing]";
    }

    /** Tells what libvirt calls those that it manages; empty if it manages none. */
    private static String inLibvirt(PairView pair) {
        return pair.libvirt().isEmpty()
                ? ""
                : pair.libvirt().stream()
                        .map(domain -> domain.role() + " " + domain.name() + " is " + domain.state())
                        .collect(Collectors.joining(", ", " [libvirt: ", "]"));
    }

    /** Makes a pair. */
    @Command(
            name = "couple",
            description = "Pairs two running domains of this host: from now on the guard watches the target.",
            footer = {
                "",
                "Example:",
                "  vmcoupler couple web web-guard",
                "",
                "The target is PVH or HVM, the guard PV without disks and networks."
            })
    static final class Couple extends AskingCommand {

        @Parameters(index = "0", paramLabel = "TARGET", description = "name of the domain to be watched")
        private String target = "";

        @Parameters(index = "1", paramLabel = "GUARD", description = "name of the domain that watches")
        private String guard = "";

        Couple(VmcouplerCommand top) {
            super(top);
        }

        @Override
        public Integer call() {
            PairView pair = ask(checked(() -> new LocalRequest.Couple(target, guard)), PairView.class);
            show(
                    pair,
                    pair.guard() + " watches " + pair.target() + " (" + pair.state() + ")." + inLibvirt(pair)
                            + labWarning(pair));
            return 0;
        }
    }

    /** Ends a pair. */
    @Command(
            name = "uncouple",
            description = "Ends a pair: destroys its guard; the target runs on, unwatched.",
            footer = {"", "Example:", "  vmcoupler uncouple web --yes"})
    static final class Uncouple extends AskingCommand {

        @Parameters(index = "0", paramLabel = "TARGET", description = "name of the pair's target")
        private String target = "";

        @Option(names = "--yes", description = "confirm that the guard is destroyed")
        private boolean yes;

        Uncouple(VmcouplerCommand top) {
            super(top);
        }

        @Override
        public Integer call() {
            PairView pair = ask(checked(() -> new LocalRequest.Uncouple(target, yes)), PairView.class);
            show(pair, pair.guard() + " is destroyed; " + pair.target() + " runs on, unwatched.");
            return 0;
        }
    }

    /** Lists the pairs. */
    @Command(
            name = "pairs",
            description = "Lists the pairs of this host.",
            footer = {"", "Example:", "  vmcoupler pairs --json"})
    static final class Pairs extends AskingCommand {

        Pairs(VmcouplerCommand top) {
            super(top);
        }

        @Override
        public Integer call() {
            PairList list = ask(new LocalRequest.Pairs(), PairList.class);
            show(list, table(list.pairs()));
            return 0;
        }

        private static String table(List<PairView> pairs) {
            StringBuilder text = new StringBuilder(
                    row("TARGET", "DOMID", "GUARD", "DOMID", "STATE", "LOOKS", "LONGEST", "LAST LOOK"));
            for (PairView pair : pairs) {
                String age = pair.lastLookAgeMs() < 0 ? "-" : pair.lastLookAgeMs() + " ms ago";
                text.append(System.lineSeparator())
                        .append(row(
                                pair.target(),
                                pair.targetDomid(),
                                pair.guard(),
                                pair.guardDomid(),
                                pair.state(),
                                pair.looks(),
                                pair.longestUnprovenMs() < 0 ? "-" : pair.longestUnprovenMs() + " ms",
                                age + inLibvirt(pair) + labWarning(pair)));
                if (!pair.alert().isEmpty()) {
                    text.append(System.lineSeparator())
                            .append("    last alert: ")
                            .append(pair.alert());
                }
            }
            return text.toString();
        }

        private static String row(Object... cells) {
            return String.format(Locale.ROOT, "%-24s %5s  %-24s %5s  %-12s %10s %10s  %s", cells);
        }
    }
}
