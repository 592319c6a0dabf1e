/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link Hypervisor} does alike; run on the simulated host everywhere, and on libxl in a dom0. */
public abstract class HypervisorContract {

    private static final Duration DESTROY = Duration.ofSeconds(60);
    private static final String NODE = "/tool/vmcoupler-contract";

    /** Returns the host under test. */
    protected abstract Hypervisor hypervisor();

    /** Makes a paused PVH domain that has never run. The test destroys it. */
    protected abstract Domid newTarget(String name);

    /** Makes a paused PV domain that has never run. The test destroys it. */
    protected abstract Domid newGuard(String name);

    /** Writes a configuration of a small PVH guest as {@code xl create} takes it, with this name. */
    protected abstract Path written(String name);

    @Test
    void whatXlWouldTakeIsCreatedPausedAndHasNeverRun() {
        Hypervisor host = hypervisor();
        DomainConfig config = host.readXl(written("contract-created"));
        assertEquals("contract-created", config.name());
        assertEquals(DomainKind.PVH, config.kind());
        Domid domid = host.create(config);
        try {
            DomainInfo info = host.domain(domid).orElseThrow();
            assertEquals("contract-created", info.name());
            assertEquals(config.uuid(), info.uuid());
            assertTrue(info.paused());
            assertEquals(0, info.cpuTimeNs());
            assertEquals(config.uuid(), host.config(domid).uuid());
        } finally {
            host.destroy(domid, DESTROY);
        }
        Path missing = Path.of("/nonexistent/contract.cfg");
        assertThrows(HypervisorException.class, () -> host.readXl(missing));
    }

    @Test
    void aNameIsGivenOnceAndWhatFailsLeavesNothing() {
        Hypervisor host = hypervisor();
        DomainConfig config = host.readXl(written("contract-once"));
        Domid domid = host.create(config);
        try {
            assertThrows(HypervisorException.class, () -> host.create(config));
            List<Domid> there = host.domains().stream()
                    .filter(info -> info.uuid().equals(config.uuid()))
                    .map(DomainInfo::domid)
                    .toList();
            assertEquals(List.of(domid), there);
        } finally {
            host.destroy(domid, DESTROY);
        }
    }

    @Test
    void aDomainThatIsSetAsideGivesItsNameFreeForAnotherOfItsUuid() {
        Hypervisor host = hypervisor();
        DomainConfig config = host.readXl(written("contract-aside"));
        Domid old = host.create(config);
        try {
            host.setAside(old, "--old");
            DomainInfo aside = host.domain(old).orElseThrow();
            assertEquals("contract-aside--old", aside.name());
            assertEquals(config.uuid(), aside.uuid());
            assertTrue(aside.paused());
            Domid next = host.create(config);
            try {
                assertEquals(Optional.of(next), host.domain("contract-aside").map(DomainInfo::domid));
                assertEquals(Optional.empty(), host.end(old, config.uuid()));
            } finally {
                host.destroy(next, DESTROY);
            }
        } finally {
            host.destroy(old, DESTROY);
        }
    }

    @Test
    void aDomainOfAnotherUuidOrNoneHasEndedAndCannotBeWorkedOn() {
        Hypervisor host = hypervisor();
        Domid domid = newTarget("contract-end");
        UUID uuid = host.domain(domid).orElseThrow().uuid();
        try {
            assertEquals(Optional.empty(), host.end(domid, uuid), "paused is no end");
            assertEquals(Optional.of(DomainEnd.DESTROYED), host.end(domid, new UUID(1, 1)));
        } finally {
            host.destroy(domid, DESTROY);
        }
        assertEquals(Optional.of(DomainEnd.DESTROYED), host.end(domid, uuid));
        assertThrows(HypervisorException.class, () -> host.askToEnd(domid, false));
        assertThrows(HypervisorException.class, () -> host.setAside(domid, "--old"));
        assertThrows(HypervisorException.class, () -> host.carryOver(domid, DESTROY));
    }

    @Test
    void aDomainIsFoundInEveryWayUntilItIsDestroyed() {
        Hypervisor host = hypervisor();
        Domid domid = newTarget("contract-listed");
        DomainInfo info = host.domain(domid).orElseThrow();
        assertEquals("contract-listed", info.name());
        assertEquals(Optional.of(domid), host.domain("contract-listed").map(DomainInfo::domid));
        assertTrue(host.domains().stream().anyMatch(d -> d.uuid().equals(info.uuid())));
        assertTrue(host.domains().stream().noneMatch(d -> d.domid().value() == 0), "dom0 is not listed");
        assertEquals(DomainState.ALIVE, info.state());
        assertEquals(0, info.cpuTimeNs(), "it has never run");

        host.rename(domid, "contract-listed", "contract-renamed");
        assertEquals(Optional.empty(), host.domain("contract-listed"));
        assertEquals("contract-renamed", host.domain(domid).orElseThrow().name());

        host.destroy(domid, DESTROY);
        assertEquals(Optional.empty(), host.domain(domid));
        assertEquals(Optional.empty(), host.domain("contract-renamed"));
    }

    @Test
    void aPausedDomainRunsOnlyAfterItsRelease() {
        Hypervisor host = hypervisor();
        Domid domid = newTarget("contract-paused");
        try {
            host.pause(domid);
            host.pause(domid);
            assertTrue(host.domain(domid).orElseThrow().paused());
            host.release(domid);
            assertFalse(host.domain(domid).orElseThrow().paused(), "one release ends all pauses");
            host.release(domid);
            host.pause(domid);
            assertTrue(host.domain(domid).orElseThrow().paused());
        } finally {
            host.destroy(domid, DESTROY);
        }
        assertThrows(HypervisorException.class, () -> host.release(domid), "there is no such domain any more");
    }

    @Test
    void framesAreReadInOrderAndHolesAreEmpty() {
        Hypervisor host = hypervisor();
        Domid domid = newTarget("contract-frames");
        try {
            long store = host.storeFrame(domid);
            long beyond = host.frames(domid) + 10;
            byte[] bytes = {1, 2, 3, 4};
            host.writeFrame(domid, store, Frame.BYTES - bytes.length, bytes);
            List<Optional<byte[]>> read = host.readFrames(domid, List.of(beyond, store, 5L));
            assertEquals(Optional.empty(), read.get(0));
            byte[] page = read.get(1).orElseThrow();
            assertEquals(Frame.BYTES, page.length);
            assertArrayEquals(bytes, Arrays.copyOfRange(page, page.length - bytes.length, page.length));
            assertTrue(read.get(2).isPresent(), "RAM begins at 0");
            assertEquals(0, host.framesWithoutMemory(domid));
            assertThrows(HypervisorException.class, () -> host.writeFrame(domid, beyond, 0, bytes));
            assertThrows(IllegalArgumentException.class, () -> host.readFrames(domid, List.of(-1L)));
        } finally {
            host.destroy(domid, DESTROY);
        }
        assertThrows(HypervisorException.class, () -> host.readFrames(domid, List.of(5L)));
    }

    @Test
    void aGuardGetsOneTargetInItsLife() {
        Hypervisor host = hypervisor();
        Domid target = newTarget("contract-target");
        Domid guard = newGuard("contract-guard");
        try {
            host.setTarget(guard, target);
            assertThrows(HypervisorException.class, () -> host.setTarget(guard, target));
        } finally {
            host.destroy(guard, DESTROY);
            host.destroy(target, DESTROY);
        }
    }

    @Test
    void anEndIsTold() throws InterruptedException {
        Hypervisor host = hypervisor();
        Domid domid = newTarget("contract-death");
        BlockingQueue<DomainEnd> ends = new LinkedBlockingQueue<>();
        BlockingQueue<DomainEnd> closed = new LinkedBlockingQueue<>();
        host.watchDeath(domid, closed::add).close();
        try (DeathWatch watch = host.watchDeath(domid, ends::add)) {
            assertEquals(null, ends.peek(), "it lives");
            host.destroy(domid, DESTROY);
            assertEquals(DomainEnd.DESTROYED, ends.poll(10, TimeUnit.SECONDS), watch::toString);
        }
        assertEquals(null, closed.peek(), "a closed watch tells nothing");
        try (DeathWatch watch = host.watchDeath(domid, ends::add)) {
            assertEquals(DomainEnd.DESTROYED, ends.poll(10, TimeUnit.SECONDS), watch::toString);
        }
    }

    @Test
    void xenstoreKeepsWhatIsWritten() {
        Xenstore xenstore = hypervisor().xenstore();
        try {
            xenstore.writeAll(Map.of(NODE + "/a", "1", NODE + "/b", "2"), Optional.empty());
            assertEquals(Optional.of("1"), xenstore.read(NODE + "/a"));
            assertEquals(
                    List.of("a", "b"), xenstore.list(NODE).stream().sorted().toList());
            assertFalse(xenstore.replace(NODE + "/a", "2", "3"));
            assertTrue(xenstore.replace(NODE + "/a", "1", "3"));
            assertEquals(Optional.of("3"), xenstore.await(NODE + "/a", Duration.ofSeconds(5)));
            assertEquals(Optional.empty(), xenstore.await(NODE + "/c", Duration.ofMillis(50)));
        } finally {
            xenstore.remove(NODE);
        }
        assertEquals(Optional.empty(), xenstore.read(NODE + "/a"));
        assertEquals(List.of(), xenstore.list(NODE));
    }
}
