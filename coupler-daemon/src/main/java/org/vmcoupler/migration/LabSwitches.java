/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.util.Optional;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;

/**
 * What only a lab switches on.
 *
 * @param releaseBeforeReady a fault that must be caught: the destination releases the target before its guard has proven a look
 * @param memoryHashing how memory is hashed if a migration asks for it; empty if that is not allowed
 */
public record LabSwitches(boolean releaseBeforeReady, Optional<MemoryHashing> memoryHashing) {

    /** Nothing. */
    public static final LabSwitches NONE = new LabSwitches(false, Optional.empty());

    /**
     * Returns how the memory of a migration is hashed on this host, empty if it need not be.
     *
     * @param wanted the migration asks for it
     * @throws Refusal it is wanted but not allowed here, or the program is missing; nothing was changed
     */
    public Optional<MemoryHashing> memoryHashing(boolean wanted) {
        if (!wanted) {
            return Optional.empty();
        }
        MemoryHashing how = memoryHashing.orElseThrow(() -> new Refusal(
                ErrorCode.NOT_ALLOWED,
                "Comparing all memory keeps a target stopped for long and is for labs only: it needs"
                        + " lab.verify_memory_allowed = true in the configuration of both hosts. Leave --verify-memory out;"
                        + " nothing was changed."));
        how.check();
        return Optional.of(how);
    }
}
