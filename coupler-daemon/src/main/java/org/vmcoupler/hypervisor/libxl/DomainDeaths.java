/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.hypervisor.DeathWatch;
import org.vmcoupler.hypervisor.DomainEnd;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.HypervisorException;

/**
 * Tells of domains that end: looks at each watched domain when xenstored says that some domain was released, and twice a second besides. A look at
 * the state misses nothing, whatever was signalled before or while nobody listened. Thread-safe; listeners are called by one thread.
 *
 * <p>Not libxl's own events: {@code libxl_event_check} does not look at its descriptors, and {@code libxl_event_wait} cannot be ended, so both need an
 * event loop on libxl's terms; and they tell of each domain's first suspend only. Source: Xen tools/libs/light/libxl_event.c, event_check_internal;
 * libxl_domain.c, domain_death_xswatch_callback; xenstored's {@code @releaseDomain} in docs/misc/xenstore.txt.
 */
final class DomainDeaths implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DomainDeaths.class);
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private final Function<Domid, Optional<Standing>> look;
    private final Signal released;
    private final Map<Long, Watch> watches = new ConcurrentHashMap<>();
    private final AtomicLong last = new AtomicLong();
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable Thread thread;

    /** Waits for a signal at most the given time; may throw a {@link HypervisorException}. */
    @FunctionalInterface
    interface Signal {
        void await(Duration longest);
    }

    /**
     * How a domain stands.
     *
     * @param end empty as long as it lives
     */
    record Standing(UUID uuid, Optional<DomainEnd> end) {}

    /** One who waits; {@code uuid} and {@code told} belong to the thread. */
    private static final class Watch {
        private final Domid domid;
        private final Consumer<DomainEnd> listener;
        private @Nullable UUID uuid;
        private Optional<DomainEnd> told = Optional.empty();

        Watch(Domid domid, Consumer<DomainEnd> listener) {
            this.domid = domid;
            this.listener = listener;
        }
    }

    /**
     * Makes it.
     *
     * @param look how a domain stands now; empty if there is no such domain
     * @param released returns when some domain may have ended
     */
    DomainDeaths(Function<Domid, Optional<Standing>> look, Signal released) {
        this.look = look;
        this.released = released;
    }

    /** Watches one domain. Does not block. */
    DeathWatch watch(Domid domid, Consumer<DomainEnd> listener) {
        long key = last.incrementAndGet();
        watches.put(key, new Watch(domid, listener));
        start();
        return () -> watches.remove(key);
    }

    private synchronized void start() {
        if (thread == null && closed.getCount() > 0) {
            Thread made = new Thread(this::run, "domain-deaths");
            made.setDaemon(true);
            made.start();
            thread = made;
        }
    }

    private void run() {
        try {
            while (closed.getCount() > 0) {
                try {
                    released.await(INTERVAL);
                    watches.forEach(this::check);
                } catch (HypervisorException e) {
                    LOG.warn("domains cannot be looked at, will try again", e);
                    if (closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                        return;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void check(long key, Watch watch) {
        Optional<Standing> standing = look.apply(watch.domid);
        if (watch.uuid == null) {
            watch.uuid = standing.map(Standing::uuid).orElse(null);
        }
        // numbers are given again: another domain under the same one means that the watched one is gone
        Optional<DomainEnd> end = standing.filter(s -> s.uuid().equals(watch.uuid))
                .map(Standing::end)
                .orElse(Optional.of(DomainEnd.DESTROYED));
        if (!end.equals(watch.told) && watches.containsKey(key)) {
            watch.told = end;
            end.ifPresent(told -> tell(watch, told));
        }
    }

    private static void tell(Watch watch, DomainEnd end) {
        LOG.info("domain {}: {}", watch.domid, end);
        try {
            watch.listener.accept(end);
        } catch (RuntimeException e) {
            LOG.error("a fault of ours on the end of domain {}", watch.domid, e);
        }
    }

    /** Tells nothing any more; returns when the thread has ended, so that what it looks at may be closed. */
    @Override
    public void close() {
        closed.countDown();
        Thread running;
        synchronized (this) {
            running = thread;
        }
        if (running != null) {
            running.interrupt();
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
