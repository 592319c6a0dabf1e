/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the daemon. */
@Command(
        name = "daemon",
        mixinStandardHelpOptions = true,
        description = "Runs the daemon of this host in the foreground; vmcoupler.service does so.",
        footer = {"", "Example:", "  vmcoupler daemon --config /etc/vmcoupler/vmcoupler.toml"})
final class DaemonCommand implements Callable<Integer> {

    private final DaemonEntry daemon;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "/etc/vmcoupler/vmcoupler.toml",
            description = "configuration (default: ${DEFAULT-VALUE})")
    private Path config = Path.of("/etc/vmcoupler/vmcoupler.toml");

    DaemonCommand(DaemonEntry daemon) {
        this.daemon = daemon;
    }

    @Override
    public Integer call() {
        return daemon.run(config);
    }
}
