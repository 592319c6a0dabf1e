/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.HypervisorException;
import org.vmcoupler.hypervisor.sim.SimDomain;
import org.vmcoupler.hypervisor.sim.SimHypervisor;

class HoldTest {

    private static final Domid WEB = new Domid(3);

    private final SimHypervisor xen = new SimHypervisor("boot-1");
    private final SimDomain target = xen.add(new SimDomain(WEB, new UUID(3, 3), "web", 256));
    private final HoldNotes notes;
    private final Hold hold;

    HoldTest(@TempDir Path folder) {
        notes = new HoldNotes(folder);
        hold = new Hold(xen, notes);
    }

    @Test
    void aHeldTargetThatRunsIsPausedAgainAndAReleasedOneIsNot() {
        assertTrue(hold.put(WEB));
        assertFalse(hold.enforce(WEB), "it stands");
        target.paused(false);
        assertTrue(hold.enforce(WEB));
        assertTrue(target.info().paused());
        hold.releaseAtOnce(WEB);
        assertFalse(hold.enforce(WEB));
        assertFalse(target.info().paused());
    }

    @Test
    void aDaemonKnowsWhatAnEarlierOneHasHeld() {
        hold.put(WEB);
        Hold next = new Hold(xen, notes);
        assertTrue(next.holds(WEB));
        target.paused(false);
        assertFalse(next.enforce(WEB), "it may be another one's to release");
        assertTrue(next.takeOver(WEB));
        assertTrue(next.enforce(WEB));
        next.releaseAtOnce(WEB);
        assertTrue(next.holds(WEB), "xenstore was not asked");
        next.forget(WEB);
        assertFalse(next.takeOver(WEB));
    }

    @Test
    void aReleaseThatFailsLeavesItHeld() {
        hold.put(WEB);
        xen.fail("release 3", 1);
        assertThrows(HypervisorException.class, () -> hold.release(WEB));
        target.paused(false);
        assertTrue(hold.enforce(WEB));
        hold.release(WEB);
        assertFalse(hold.holds(WEB));
        assertEquals(
                List.of("release 3"),
                xen.diary().stream().filter("release 3"::equals).toList());
    }

    @Test
    void nobodyWaitsForAXenstoreThatHangsToReleaseIt() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch answers = new CountDownLatch(1);
        xen.xenstore().watch(() -> {
            hangs.countDown();
            try {
                answers.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Thread other = new Thread(() -> hold.put(WEB));
        other.start();
        try {
            hangs.await();
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> hold.releaseAtOnce(WEB));
            assertFalse(target.info().paused());
        } finally {
            answers.countDown();
            other.join();
        }
    }
}
