/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.inventory;

import java.util.Optional;
import java.util.UUID;

/**
 * The domains that another manager of this host has. Any thread; each call blocks until a deadline at most, a longer one for those that move a
 * definition.
 */
public interface ManagedDomains extends AutoCloseable {

    /** Nobody else manages domains. */
    ManagedDomains NONE = new Unmanaged();

    /** Returns what is known of a domain; empty if it is not managed, or nobody can be asked. */
    Optional<ManagedDomain> of(UUID uuid);

    /**
     * Returns what a manager does with a domain, so that nobody else may resume or end it while it is suspended; also that the manager hangs,
     * unless it did not manage this one when it last answered about it. One that is not there does nothing.
     */
    Optional<String> busy(UUID uuid);

    /**
     * Returns what is known of a domain whose definition moves; empty if it is not managed.
     *
     * @throws InventoryException it could not be asked
     */
    Optional<ManagedDomain> find(UUID uuid);

    /**
     * Makes a persistent definition; nothing is started.
     *
     * @param definition libvirt's XML of one domain, which may be trusted
     * @throws InventoryException it was not made, as far as is known
     */
    void define(String definition);

    /**
     * Removes the persistent definition of a domain.
     *
     * @throws InventoryException it was not removed, as far as is known
     */
    void undefine(UUID uuid);

    /** Ends the connection, if there is one; does not wait for a call under way. */
    @Override
    void close();
}
