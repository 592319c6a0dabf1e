/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.inventory;

import java.util.Map;
import java.util.Optional;

/**
 * A domain as its other manager sees it.
 *
 * @param name its name there
 * @param state its state there, a word such as {@code running} or {@code shut off}; says nothing of what Xen runs
 * @param active the manager itself has started it and acts when it ends
 * @param actions what the manager does at an end that the guest brings about, by the names that xl has for them ({@code on_poweroff}, ...)
 * @param definition XML of the persistent definition, if there is one
 * @param busy what the manager does with the domain or holds of it, as the middle of a sentence; empty if nothing
 */
public record ManagedDomain(
        String name,
        String state,
        boolean active,
        Map<String, String> actions,
        Optional<String> definition,
        Optional<String> busy) {

    /** Copies the map. */
    public ManagedDomain {
        actions = Map.copyOf(actions);
    }
}
