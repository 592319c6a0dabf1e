/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;

/**
 * What only a lab switches on.
 *
 * @param enabled this host is a lab's
 * @param releaseBeforeReady a fault that must be caught: the destination releases the target before its guard has proven a look
 * @param runOn a fault that must be caught: the source lets the target run on after its stop
 * @param memoryHashing how memory is hashed if a migration asks for it; empty if that is not allowed
 * @param looks where each proven look is written down, if it is
 */
public record LabSwitches(
        boolean enabled,
        boolean releaseBeforeReady,
        boolean runOn,
        Optional<MemoryHashing> memoryHashing,
        Optional<LookRecord> looks) {

    private static final Logger LOG = LoggerFactory.getLogger(LabSwitches.class);

    /** Nothing. */
    public static final LabSwitches NONE = new LabSwitches(false, false, false, Optional.empty(), Optional.empty());

    /**
     * Says what is done about a guard that is broken on purpose: a warning on a lab's host.
     *
     * @param switches those that are on, as its agent reports them
     * @throws Refusal there are some, and this host is no lab
     */
    public void acceptGuard(String guard, List<String> switches) {
        if (switches.isEmpty()) {
            return;
        }
        String on = String.join(", ", switches);
        if (!enabled) {
            throw new Refusal(
                    ErrorCode.NOT_ALLOWED,
                    "The agent in guard \"" + guard + "\" is broken on purpose (" + on
                            + ") and proves nothing; that is for labs only and needs lab.enabled = true in the configuration."
                            + " Start the guard without these switches; nothing was changed.");
        }
        LOG.warn("guard {} is broken on purpose, its looks prove nothing: {}", guard, on);
    }

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
