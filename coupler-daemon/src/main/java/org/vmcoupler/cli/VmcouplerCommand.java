/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.vmcoupler.local.LocalClient;
import org.vmcoupler.local.LocalSocket;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command without a subcommand: options of all, help, version. */
@Command(
        name = "vmcoupler",
        mixinStandardHelpOptions = true,
        versionProvider = VmcouplerCommand.Version.class,
        description = {
            "Moves a virtual machine and the guard that watches it together, live, from one Xen host to another."
        },
        footer = {
            "",
            "Examples:",
            "  vmcoupler couple web web-guard       pair two running domains",
            "  vmcoupler pairs                      list the pairs of this host",
            "  vmcoupler migrate web host2          move a pair",
            "  vmcoupler report --last --json       read the report of the last migration",
            "",
            "Exit codes are listed in docs/cli.md; 0 is success, 2 is wrong usage."
        })
final class VmcouplerCommand implements Runnable {

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            defaultValue = "${env:VMCOUPLER_SOCKET:-/run/vmcoupler/vmcoupler.sock}",
            description = "socket of the daemon (default: ${DEFAULT-VALUE})")
    private Path socket = LocalSocket.DEFAULT_PATH;

    @Spec
    private @Nullable CommandSpec spec;

    /** Returns a client of the daemon that the options name. */
    LocalClient client() {
        return new LocalClient(socket.toAbsolutePath());
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new CommandLine.ParameterException(spec.commandLine(), "A command is missing.");
        }
    }

    /** The version, from the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Version.class.getPackage().getImplementationVersion();
            return new String[] {"vmcoupler " + (version == null ? "(development build)" : version)};
        }
    }
}
