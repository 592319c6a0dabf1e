/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.introspect.FileDomain;

/** Agents that are broken on purpose, as {@link LabSwitch} says: what must show that their looks prove nothing does so. */
class BrokenAgentTest extends AgentFixture {

    BrokenAgentTest(@TempDir Path proc) throws IOException {
        super(proc);
    }

    private static LabSwitches only(LabSwitch one) {
        return new LabSwitches(Set.of(one));
    }

    @Test
    void anAgentThatKeepsItsViewsDoesNotSeeASwappedFrame() throws Exception {
        start(only(LabSwitch.KEEP_VIEWS), Duration.ofMillis(20));
        FileDomain domain = target();
        remap(domain, "", -1);
        domain.swapFrames();
        domain.count(20, 2000);
        assertEquals("1000", field(ask("watch", challenge("", -1)), "counter"));
        await(() -> viewAgeMs() > 1_200); // by then an honest one has mapped all of it afresh
        assertEquals("1000", field(ask("status", ""), "counter"));
        assertEquals("1000", field(ask("quiesce", ""), "counter"));
        assertEquals("2000", field(remap(domain, "", -1), "counter"), "what was unmapped is mapped afresh");
    }

    @Test
    void aFrozenViewDoesNotProveThePlantedValue() throws Exception {
        start(only(LabSwitch.FROZEN_VIEW));
        FileDomain domain = target();
        remap(domain, "", -1);
        ask("quiesce", "");
        FileDomain moved = domain.copy();
        moved.write(40, 3000, HexFormat.of().parseHex(NONCE));
        String reply = remap(moved, "1", 40);
        assertEquals("true", field(reply, "ok"), reply);
        assertNotEquals(NONCE, field(reply, "planted"));
        moved.count(20, 3000);
        assertEquals("1000", field(ask("watch", challenge("", -1)), "counter"));
    }

    @Test
    void aLastLookFromMemoryDoesNotProveThePlantedValue() throws Exception {
        start(only(LabSwitch.UNMAP_EARLY));
        FileDomain domain = target();
        remap(domain, "", -1);
        String counter = field(ask("prepare", ",\"nonce\":\"" + NONCE + "\""), "counter");
        assertEquals("0", field(ask("status", ""), "mappedPages"), "unmapped before its time");
        domain.write(40, 3000, HexFormat.of().parseHex(NONCE));
        String reply = ask("quiesce", challenge("", 40));
        assertEquals("true", field(reply, "ok"), reply);
        assertEquals(counter, field(reply, "counter"), "a counter that stands still does not show it");
        assertNotEquals(NONCE, field(reply, "planted"));
    }

    @Test
    void aStaleReadyHasTheProofOfAnEarlierLook() throws Exception {
        start(only(LabSwitch.STALE_READY));
        FileDomain domain = target();
        domain.write(40, 3000, HexFormat.of().parseHex(NONCE));
        String first = remap(domain, "1", 40);
        assertEquals(NONCE, field(first, "planted"), "there is no earlier one yet");
        String seen = ask("watch", challenge("1,2", 40));
        ask("quiesce", "");
        FileDomain moved = domain.copy();
        moved.write(40, 3000, HexFormat.of().parseHex("ab".repeat(16)));
        String ready = remap(moved, "1", 40);
        assertEquals("true", field(ready, "ok"), ready);
        assertEquals(field(seen, "proof"), field(ready, "proof"));
        assertEquals(NONCE, field(ready, "planted"));
    }
}
