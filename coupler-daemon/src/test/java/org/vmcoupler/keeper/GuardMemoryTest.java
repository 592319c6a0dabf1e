/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.hypervisor.DomainConfig;

/** What outlives a guard. */
class GuardMemoryTest {

    private static final UUID PAIR = new UUID(3, 3);
    private static final DomainConfig GUARD =
            DomainConfig.parse("{\"c_info\":{\"name\":\"web-guard\",\"type\":\"pv\",\"uuid\":\"" + new UUID(4, 4)
                    + "\"},\"b_info\":{\"max_memkb\":2048}}");

    private final Path folder;
    private final GuardMemory memory;

    GuardMemoryTest(@TempDir Path parent) {
        folder = parent.resolve("guards");
        memory = new GuardMemory(folder);
    }

    @Test
    void aNewDaemonReadsWhatAnEarlierOneKept() {
        memory.keep(PAIR, GUARD);
        memory.keep(PAIR, GUARD);
        DomainConfig kept = new GuardMemory(folder).recall(PAIR).orElseThrow();
        assertEquals(GUARD.tree(), kept.tree());
        assertEquals(Optional.empty(), memory.recall(new UUID(9, 9)));
    }

    @Test
    void whatIsForgottenIsGone() throws IOException {
        memory.forget(PAIR);
        memory.keep(PAIR, GUARD);
        memory.forget(PAIR);
        assertEquals(Optional.empty(), memory.recall(PAIR));
        try (var files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void aDamagedFileIsNoConfiguration() throws IOException {
        memory.keep(PAIR, GUARD);
        for (String text : new String[] {"", "{", "{\"c_info\":{}}", "x".repeat(2 << 20)}) {
            Files.writeString(folder.resolve(PAIR + ".json"), text);
            assertEquals(Optional.empty(), memory.recall(PAIR), text.substring(0, Math.min(9, text.length())));
        }
    }
}
