/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.hypervisor.DomainState;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.hypervisor.HypervisorException;

/**
 * Keeps targets from running. That one is held is known to this daemon, and noted in xenstore for the next one: a node that only dom0 may read and
 * write, and which is gone with the domain. Without xenstore a target is held all the same. Any thread.
 */
final class Hold {

    private static final Logger LOG = LoggerFactory.getLogger(Hold.class);

    /** A target between its release and the end of its note is not one that somebody else has unpaused. */
    private static final Object RELEASING = new Object();

    private final Hypervisor hypervisor;
    private final HoldNotes notes;
    private final Set<Domid> held = ConcurrentHashMap.newKeySet();
    private final Set<Domid> unnoted = ConcurrentHashMap.newKeySet();

    Hold(Hypervisor hypervisor, HoldNotes notes) {
        this.hypervisor = hypervisor;
        this.notes = notes;
    }

    /** Pauses a target and notes it; tells whether it is noted, which {@link #enforce} tries again. */
    boolean put(Domid target) {
        putWithoutXenstore(target);
        return note(target);
    }

    /** Pauses a target and notes it where nothing can hang; {@link #enforce} notes it in xenstore. */
    void putWithoutXenstore(Domid target) {
        pause(target);
        held.add(target);
        unnoted.add(target);
        notes.note(target);
    }

    /**
     * Pauses a target, by hypercall only, and notes nothing. It is paused twice, so that a stray {@code xl unpause} changes nothing. Source: Xen
     * xen/common/domain.c, domain_pause_by_systemcontroller counts.
     */
    void pause(Domid target) {
        hypervisor.pause(target);
        hypervisor.pause(target);
    }

    private boolean note(Domid target) {
        try {
            hypervisor.xenstore().writeAll(Map.of(node(target), "held"), Optional.empty());
            unnoted.remove(target);
            notes.forget(target);
            return true;
        } catch (HypervisorException e) {
            LOG.warn(
                    "that target {} is held cannot be noted in xenstore, and is tried again: {}",
                    target,
                    e.getMessage());
            return false;
        }
    }

    /** Pauses a target again that is held and runs all the same; tells whether that was so. */
    boolean enforce(Domid target) {
        synchronized (RELEASING) {
            if (unnoted.contains(target)) {
                note(target);
            }
            boolean runs = hypervisor
                    .domain(target)
                    .filter(info -> info.state() == DomainState.ALIVE && !info.paused())
                    .isPresent();
            boolean broken = runs && holds(target);
            if (broken) {
                put(target);
            }
            return broken;
        }
    }

    /**
     * Releases a target, and then forgets the note: were it forgotten first, a daemon that dies in between would leave it paused for ever. A note that
     * cannot be removed makes the next daemon hold the target until its guard has proven a look, which does no harm.
     */
    void release(Domid target) {
        synchronized (RELEASING) {
            hypervisor.release(target);
            held.remove(target);
            unnoted.remove(target);
            notes.forget(target);
            try {
                hypervisor.xenstore().remove(node(target));
            } catch (HypervisorException e) {
                LOG.warn("the note that target {} was held cannot be removed: {}", target, e.getMessage());
            }
        }
    }

    /** Forgets that a target was held, which somebody else has released on its guard's proven look. */
    void forget(Domid target) {
        synchronized (RELEASING) {
            if (holds(target)) {
                held.remove(target);
                unnoted.remove(target);
                notes.forget(target);
                hypervisor.xenstore().remove(node(target));
            }
        }
    }

    /** Tells whether this daemon or an earlier one holds the target. */
    boolean holds(Domid target) {
        return held.contains(target)
                || notes.has(target)
                || hypervisor.xenstore().read(node(target)).isPresent();
    }

    private static String node(Domid target) {
        return "/local/domain/" + target + "/vmcoupler/held";
    }
}
