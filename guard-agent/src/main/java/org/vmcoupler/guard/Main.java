/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.vmcoupler.guard.control.XenstoreClient;
import org.vmcoupler.introspect.FrameWindow;
import org.vmcoupler.introspect.MappingException;

/** Starts the agent in the guard. Ends with status 1 when it cannot go on: whoever started it starts it again. */
public final class Main {

    private static final Logger LOG = Logger.getLogger(Main.class.getName());
    private static final String LIBRARY = "libxenforeignmemory.so.1";

    private Main() {}

    /** Runs until the process is killed; takes no arguments. */
    public static void main(String[] args) {
        PlainLog.install();
        String version = Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
                .orElse("dev");
        LOG.info(() -> "agent " + version + " starts");
        try {
            LabSwitches lab = LabSwitches.read(Path.of("/proc/cmdline"));
            FrameWindow.openDevice(Optional.ofNullable(System.getenv("VMCOUPLER_FOREIGNMEMORY_LIBRARY"))
                    .orElse(LIBRARY));
            GuardSession session =
                    new GuardSession(new ForeignMappings(Path.of("/proc")), lab, version, Watcher.scanTime());
            try (XenstoreClient xenstore = XenstoreClient.open()) {
                startWatcher(session);
                new Agent(xenstore, session).run();
            }
        } catch (IOException | MappingException e) {
            LOG.log(Level.SEVERE, "the agent cannot go on", e);
            Runtime.getRuntime().halt(1);
        }
    }

    private static void startWatcher(GuardSession session) {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            session.turn();
                        }
                    } catch (InterruptedException e) {
                        LOG.info("the watcher ends");
                    } catch (RuntimeException | Error e) {
                        // Without a watcher the agent would still answer as if it watched.
                        LOG.log(Level.SEVERE, "the watcher failed", e);
                        Runtime.getRuntime().halt(1);
                    }
                },
                "watcher");
        thread.setDaemon(true);
        thread.start();
    }
}
