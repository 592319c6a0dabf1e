/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.cli;

import java.nio.file.Path;

/** The daemon as the command line starts it. */
@FunctionalInterface
public interface DaemonEntry {

    /**
     * Runs the daemon in the foreground and returns its exit code once it has stopped: 0 after SIGTERM, else an error's number. A
     * {@link org.vmcoupler.fault.Refusal} ends the process with its code and its sentence on stderr.
     *
     * @param config the configuration file, absolute or relative to the working directory; may not exist
     */
    int run(Path config);
}
