/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor;

/** Somebody waits for a domain's end. */
@FunctionalInterface
public interface DeathWatch extends AutoCloseable {

    /** Waits no longer. */
    @Override
    void close();
}
