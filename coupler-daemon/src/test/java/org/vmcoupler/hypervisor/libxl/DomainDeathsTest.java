/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.vmcoupler.hypervisor.DeathWatch;
import org.vmcoupler.hypervisor.DomainEnd;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.HypervisorException;

class DomainDeathsTest {

    private static final Domid DOMID = new Domid(7);
    private static final long WAIT_S = 10;

    private final Map<Domid, DomainDeaths.Standing> domains = new ConcurrentHashMap<>();
    private final BlockingQueue<DomainEnd> told = new LinkedBlockingQueue<>();
    private final SynchronousQueue<Runnable> signals = new SynchronousQueue<>();

    /** Each signal runs what the test gave before the domains are looked at. */
    private void await(Duration longest) {
        try {
            signals.take().run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void then(Runnable happens) throws InterruptedException {
        assertTrue(signals.offer(happens, WAIT_S, TimeUnit.SECONDS), "the thread does not wait for signals any more");
    }

    private Runnable is(UUID uuid, Optional<DomainEnd> end) {
        return () -> domains.put(DOMID, new DomainDeaths.Standing(uuid, end));
    }

    private DomainEnd next() throws InterruptedException {
        DomainEnd end = told.poll(WAIT_S, TimeUnit.SECONDS);
        return end == null ? DomainEnd.UNKNOWN : end;
    }

    @Test
    void eachSuspendIsToldOnceAndTheDeathToo() throws InterruptedException {
        UUID uuid = UUID.randomUUID();
        try (DomainDeaths deaths = new DomainDeaths(d -> Optional.ofNullable(domains.get(d)), this::await);
                DeathWatch watch = deaths.watch(DOMID, told::add)) {
            then(is(uuid, Optional.empty()));
            then(is(uuid, Optional.of(DomainEnd.SUSPEND)));
            assertEquals(DomainEnd.SUSPEND, next(), watch::toString);
            then(() -> {});
            then(is(uuid, Optional.empty()));
            then(is(uuid, Optional.of(DomainEnd.SUSPEND)));
            assertEquals(DomainEnd.SUSPEND, next());
            then(domains::clear);
            assertEquals(DomainEnd.DESTROYED, next());
            then(() -> {});
            assertTrue(told.isEmpty(), told::toString);
        }
    }

    @Test
    void anotherDomainUnderTheSameNumberIsADeath() throws InterruptedException {
        try (DomainDeaths deaths = new DomainDeaths(d -> Optional.ofNullable(domains.get(d)), this::await);
                DeathWatch watch = deaths.watch(DOMID, told::add)) {
            then(is(UUID.randomUUID(), Optional.empty()));
            then(is(UUID.randomUUID(), Optional.empty()));
            assertEquals(DomainEnd.DESTROYED, next(), watch::toString);
        }
    }

    @Test
    void aXenstoredThatFailsIsAskedAgain() throws InterruptedException {
        try (DomainDeaths deaths = new DomainDeaths(d -> Optional.ofNullable(domains.get(d)), this::await);
                DeathWatch watch = deaths.watch(DOMID, told::add)) {
            then(() -> {
                throw new HypervisorException("xenstored is away");
            });
            then(() -> {});
            assertEquals(DomainEnd.DESTROYED, next(), watch::toString);
        }
    }

    @Test
    void theReasonOfAShutdownIsRead() {
        assertEquals(
                Optional.of(DomainEnd.CRASH), DominfoJson.end("{\"shutdown\": true, \"shutdown_reason\": \"crash\"}"));
        assertEquals(Optional.of(DomainEnd.DESTROYED), DominfoJson.end("{\"dying\": true}"));
        assertEquals(Optional.empty(), DominfoJson.end("{\"running\": true}"));
    }
}
