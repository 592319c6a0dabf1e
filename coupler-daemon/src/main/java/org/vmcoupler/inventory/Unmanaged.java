/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.inventory;

import java.util.Optional;
import java.util.UUID;

/** A host on which nobody else manages domains. */
final class Unmanaged implements ManagedDomains {

    @Override
    public Optional<ManagedDomain> of(UUID uuid) {
        return Optional.empty();
    }

    @Override
    public Optional<ManagedDomain> find(UUID uuid) {
        return Optional.empty();
    }

    @Override
    public Optional<String> busy(UUID uuid) {
        return Optional.empty();
    }

    @Override
    public void define(String definition) {
        throw new InventoryException("There is no libvirt here.");
    }

    @Override
    public void undefine(UUID uuid) {
        throw new InventoryException("There is no libvirt here.");
    }

    @Override
    public void close() {
        // nothing is open
    }
}
