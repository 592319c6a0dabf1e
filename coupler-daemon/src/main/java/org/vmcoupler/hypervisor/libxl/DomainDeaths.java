/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.hypervisor.DeathWatch;
import org.vmcoupler.hypervisor.DomainEnd;
import org.vmcoupler.hypervisor.Domid;

/**
 * libxl's events of domains that end. They have a context of their own, which is made with the first watch: libxl queues an event in the context that
 * asked for it until it is taken, and a context whose calls block would take them late. Thread-safe; listeners are called by one thread.
 */
final class DomainDeaths implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DomainDeaths.class);
    private static final Duration INTERVAL = Duration.ofMillis(250);

    private final Toolstack stack;
    private final Map<Long, Watch> watches = new HashMap<>();
    private Libxl.@Nullable Ctx ctx;
    private @Nullable ScheduledExecutorService thread;
    private long lastUser;

    private record Watch(Domid domid, Pointer generator, Consumer<DomainEnd> listener) {}

    /**
     * What an event says.
     *
     * @param user who asked for it
     */
    record Event(long user, DomainEnd end) {}

    DomainDeaths(Toolstack stack) {
        this.stack = stack;
    }

    /** Asks for the events of one domain. Does not block. */
    synchronized DeathWatch watch(Domid domid, Consumer<DomainEnd> listener) {
        Libxl.Ctx context = open();
        long user = ++lastUser;
        PointerByReference generator = new PointerByReference();
        int rc = stack.xl.libxl_evenable_domain_death(context, domid.value(), user, generator);
        Toolstack.check("libxl_evenable_domain_death", rc, domid);
        watches.put(user, new Watch(domid, generator.getValue(), listener));
        return () -> end(user);
    }

    private synchronized void end(long user) {
        Watch watch = watches.remove(user);
        Libxl.Ctx context = ctx;
        if (watch != null && context != null) {
            stack.xl.libxl_evdisable_domain_death(context, watch.generator());
        }
    }

    private Libxl.Ctx open() {
        Libxl.Ctx open = ctx;
        if (open == null) {
            open = stack.newContext();
            ctx = open;
            ScheduledExecutorService poller = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread made = new Thread(task, "domain-deaths");
                made.setDaemon(true);
                return made;
            });
            thread = poller;
            poller.scheduleWithFixedDelay(this::poll, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        }
        return open;
    }

    private void poll() {
        try {
            for (Optional<Event> event = next(); event.isPresent(); event = next()) {
                deliver(event.get());
            }
        } catch (RuntimeException e) {
            // The next turn tries again: without turns no end of a domain would be told any more.
            LOG.error("libxl's events cannot be taken", e);
        }
    }

    private void deliver(Event event) {
        Watch watch;
        synchronized (this) {
            watch = watches.get(event.user());
        }
        if (watch != null) {
            LOG.info("domain {}: {}", watch.domid(), event.end());
            watch.listener().accept(event.end());
        }
    }

    private synchronized Optional<Event> next() {
        Libxl.Ctx context = ctx;
        if (context == null || watches.isEmpty()) {
            return Optional.empty();
        }
        PointerByReference made = new PointerByReference();
        int rc = stack.xl.libxl_event_check(context, made, new NativeLong(Libxl.LIBXL_EVENTMASK_ALL), null, null);
        if (rc == LibxlException.ERROR_NOT_READY) {
            return Optional.empty();
        }
        Toolstack.check("libxl_event_check", rc, null);
        Pointer event = made.getValue();
        try {
            return Optional.of(parse(LibxlStruct.json(stack.libraries.xlSymbols(), context, "libxl_event", event)));
        } finally {
            stack.xl.libxl_event_free(context, event);
        }
    }

    /** Reads a {@code libxl_event}. Source: Xen tools/libs/light/libxl_types.idl, libxl_event; its keyed union names the member {@code type.NAME}. */
    static Event parse(String json) {
        JsonNode event = DominfoJson.tree(json);
        JsonNode shutdown = event.get("type.domain_shutdown");
        DomainEnd end = shutdown == null
                ? DomainEnd.DESTROYED
                : DomainEnd.ofShutdown(shutdown.path("shutdown_reason").asInt(0));
        return new Event(event.path("for_user").asLong(0), end);
    }

    @Override
    public void close() {
        ScheduledExecutorService poller;
        synchronized (this) {
            poller = thread;
        }
        if (poller != null) {
            poller.shutdown();
        }
        synchronized (this) {
            Libxl.Ctx context = ctx;
            if (context != null) {
                stack.xl.libxl_ctx_free(context);
                ctx = null;
                watches.clear();
            }
        }
    }
}
