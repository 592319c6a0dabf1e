/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.hypervisor.DomainConfig;
import org.vmcoupler.journal.JournalRecord;
import org.vmcoupler.journal.PairFacts;
import org.vmcoupler.journal.Role;
import org.vmcoupler.time.BackOff;

class PairsTest {

    private static final UUID TARGET = new UUID(3, 3);
    private static final PairFacts PAIR = new PairFacts("web", TARGET, 3, "web-guard", new UUID(4, 4), 4);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final SimHost host;
    private final Pairs pairs;

    PairsTest(@TempDir Path folder) throws Exception {
        host = new SimHost(folder);
        ScriptedDoor door = new ScriptedDoor();
        BackOff quick = new BackOff(Duration.ofMillis(1), Duration.ofMillis(5));
        Departures departures = new Departures(host.parts, door, new ErrandRunner(door, timer, host.workers, quick));
        pairs = new Pairs(host.journal, host.xen, departures, host.guards());
        pairs.rememberGuard(
                TARGET,
                DomainConfig.parse("{\"c_info\":{\"type\":\"pv\",\"name\":\"web-guard\",\"uuid\":\"" + new UUID(4, 4)
                        + "\"},\"b_info\":{\"max_memkb\":1024}}"));
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
        host.close();
    }

    /** The keeper of a pair that has left forgets it while the pair may be on its way back already. */
    @Test
    void theGuardOfAPairThatComesBackIsRemembered() {
        UUID back = new UUID(1, 1);
        host.journal.append(new JournalRecord.Begin(back, Role.DESTINATION, "beta", "theirs", PAIR, "boot-1"));
        pairs.forgetGuard(TARGET);
        assertTrue(pairs.rememberedGuard(TARGET).isPresent());
        host.journal.append(new JournalRecord.Refuse(back, "cancelled"));
        host.journal.append(new JournalRecord.Closed(back));
        pairs.forgetGuard(TARGET);
        assertTrue(pairs.rememberedGuard(TARGET).isEmpty());
    }

    @Test
    void theGuardOfAPairThatLeavesIsForgotten() {
        host.journal.append(new JournalRecord.Begin(new UUID(1, 1), Role.SOURCE, "beta", "theirs", PAIR, "boot-1"));
        pairs.forgetGuard(TARGET);
        assertTrue(pairs.rememberedGuard(TARGET).isEmpty());
    }
}
