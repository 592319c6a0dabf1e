/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.inventory;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.w3c.dom.Element;

/** Another manager of domains, in memory: keeps definitions as libvirt does and has one refusal to give on demand. */
public final class InMemoryDomains implements ManagedDomains {

    private final Map<UUID, ManagedDomain> domains = new ConcurrentHashMap<>();
    private volatile String refusal = "";
    private volatile String silence = "";
    private volatile CountDownLatch answers = new CountDownLatch(0);

    /** Adds a domain that this manager has started from its definition. */
    public void started(UUID uuid, ManagedDomain domain) {
        domains.put(uuid, domain);
    }

    /** Lets all later changes be refused with this sentence. */
    public void refuse(String sentence) {
        refusal = sentence;
    }

    /** Lets all later questions for a definition wait. */
    public void waitFor(CountDownLatch latch) {
        answers = latch;
    }

    /** Lets it answer nothing from now on, and say this of itself; nothing: it answers again. */
    public void hang(String sentence) {
        silence = sentence;
    }

    /** Returns the XML of a definition. */
    public static String xml(String name, UUID uuid) {
        return "<domain type='xen'><name>" + name + "</name><uuid>" + uuid
                + "</uuid><memory>8192</memory><os><type>xenpvh</type></os></domain>";
    }

    @Override
    public Optional<ManagedDomain> of(UUID uuid) {
        return silence.isEmpty() ? Optional.ofNullable(domains.get(uuid)) : Optional.empty();
    }

    @Override
    public Optional<ManagedDomain> find(UUID uuid) {
        if (!silence.isEmpty()) {
            throw new SilentException(silence);
        }
        try {
            answers.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return of(uuid);
    }

    @Override
    public Optional<String> busy(UUID uuid) {
        return silence.isEmpty() ? of(uuid).flatMap(ManagedDomain::busy) : Optional.of(silence);
    }

    @Override
    public void define(String definition) {
        check();
        Element root = DomainXml.parse(definition);
        domains.put(
                UUID.fromString(DomainXml.text(root, "uuid")),
                new ManagedDomain(
                        DomainXml.text(root, "name"),
                        "shut off",
                        false,
                        Map.of(),
                        Optional.of(definition),
                        Optional.empty()));
    }

    @Override
    public void undefine(UUID uuid) {
        check();
        if (domains.remove(uuid) == null) {
            throw new InventoryException("There is no such domain.");
        }
    }

    @Override
    public void close() {
        // nothing is open
    }

    private void check() {
        if (!refusal.isEmpty()) {
            throw new InventoryException(refusal);
        }
    }
}
