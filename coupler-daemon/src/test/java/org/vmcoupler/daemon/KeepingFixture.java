/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.vmcoupler.config.Config;
import org.vmcoupler.hypervisor.sim.SimDomain;
import org.vmcoupler.hypervisor.sim.SimGuard;
import org.vmcoupler.inventory.ManagedDomains;
import org.vmcoupler.time.BackOff;
import org.vmcoupler.time.Poll;

/** A host in memory on which a pair can be written down. */
abstract class KeepingFixture {

    static final UUID TARGET = new UUID(9, "web".length());
    static final UUID GUARD = new UUID(9, "web-guard".length());
    static final UUID ATTEMPT = new UUID(1, 1);
    static final UUID WEB = new UUID(3, 3);

    final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    final Path folder;
    final SimHost host;
    final CoupleChecks checks;
    final Keeping keeping;

    KeepingFixture(Path folder) throws Exception {
        this.folder = folder;
        this.host = new SimHost(folder);
        this.checks = new CoupleChecks(host.xen, ManagedDomains.NONE);
        ScriptedDoor door = new ScriptedDoor();
        BackOff quick = new BackOff(Duration.ofMillis(1), Duration.ofMillis(5));
        Config config = Config.parse("[life]\npairs_dir = \"" + folder + "\"\n", "test");
        this.keeping = SimHost.keeping(
                host.parts,
                config,
                new Departures(host.parts, door, new ErrandRunner(door, timer, host.workers, quick)));
        Files.writeString(folder.resolve("web.cfg"), config("web", "pvh"));
        Files.writeString(folder.resolve("web-guard.cfg"), config("web-guard", "pv"));
        SimDomain[] target = new SimDomain[1];
        host.xen.onCreate(made -> {
            if (made.info().name().equals("web")) {
                target[0] = made;
            } else {
                new SimGuard(host.xen, made, target[0]);
            }
        });
        keeping.keepers().start(timer);
    }

    @AfterEach
    void stop() {
        keeping.keepers().close();
        assertTrue(Poll.until(keeping.keepers()::idle, Duration.ofSeconds(10), Duration.ofMillis(1)));
        timer.shutdownNow();
        host.close();
    }

    static String config(String name, String type) {
        return "{\"c_info\":{\"name\":\"" + name + "\",\"type\":\"" + type + "\",\"uuid\":\""
                + new UUID(9, name.length()) + "\"},\"b_info\":{\"max_memkb\":1024,\"kernel\":\"/boot/k\"}}";
    }

    /** Writes down the pair {@code web}; {@code more} are further lines of its file. */
    void writeDown(String more) throws IOException {
        Files.writeString(
                folder.resolve("web.toml"),
                "target = \"" + folder.resolve("web.cfg") + "\"\nguard = \"" + folder.resolve("web-guard.cfg") + "\"\n"
                        + more);
    }
}
