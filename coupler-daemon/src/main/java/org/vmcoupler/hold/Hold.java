/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hold;

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
 * write, and which is gone with the domain. Without xenstore a target is held all the same. Whoever lets a target run that may be held does so here:
 * else it would be paused again. Any thread.
 */
public final class Hold {

    private static final Logger LOG = LoggerFactory.getLogger(Hold.class);

    private final Hypervisor hypervisor;
    private final HoldNotes notes;
    private final Set<Domid> held = ConcurrentHashMap.newKeySet();
    private final Set<Domid> unnoted = ConcurrentHashMap.newKeySet();
    private final Map<Domid, Object> locks = new ConcurrentHashMap<>();

    /** Holds targets of {@code hypervisor}; what cannot be noted in xenstore yet is noted in {@code notes}. */
    public Hold(Hypervisor hypervisor, HoldNotes notes) {
        this.hypervisor = hypervisor;
        this.notes = notes;
    }

    /** Pauses a target and notes it; tells whether it is noted, which {@link #enforce} tries again. */
    public boolean put(Domid target) {
        putWithoutXenstore(target);
        return note(target);
    }

    /** Pauses a target and notes it where nothing can hang; {@link #enforce} notes it in xenstore. */
    public void putWithoutXenstore(Domid target) {
        pause(target);
        held.add(target);
        unnoted.add(target);
        notes.note(target);
    }

    /**
     * Pauses a target, by hypercall only. It is paused twice, so that a stray {@code xl unpause} changes nothing. Source: Xen
     * xen/common/domain.c, domain_pause_by_systemcontroller counts.
     */
    private void pause(Domid target) {
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

    /** Tells whether an earlier daemon has held the target, or this one; then this one does from now on. */
    public boolean takeOver(Domid target) {
        boolean holds = holds(target);
        if (holds) {
            held.add(target);
        }
        return holds;
    }

    /** Pauses a target again that this daemon holds and that runs all the same; tells whether that was so. */
    public boolean enforce(Domid target) {
        if (unnoted.contains(target)) {
            note(target);
        }
        boolean runs = hypervisor
                .domain(target)
                .filter(info -> info.state() == DomainState.ALIVE && !info.paused())
                .isPresent();
        boolean broken = runs && pauseIfHeld(target);
        if (broken) {
            note(target);
        }
        return broken;
    }

    /** Whoever releases it has taken it from the held ones before, so that it was somebody else who did if it is one of them. */
    private boolean pauseIfHeld(Domid target) {
        synchronized (lock(target)) {
            boolean holds = held.contains(target);
            if (holds) {
                putWithoutXenstore(target);
            }
            return holds;
        }
    }

    /**
     * Releases a target, and then forgets the note: were it forgotten first, a daemon that dies in between would leave it paused for ever. A note that
     * cannot be removed makes the next daemon hold the target until its guard has proven a look, which does no harm.
     */
    public void release(Domid target) {
        releaseAtOnce(target);
        try {
            hypervisor.xenstore().remove(node(target));
        } catch (HypervisorException e) {
            LOG.warn("the note that target {} was held cannot be removed: {}", target, e.getMessage());
        }
    }

    /** Releases a target and asks no xenstore; that it is not held any more is noted there by {@link #forget} only. */
    public void releaseAtOnce(Domid target) {
        synchronized (lock(target)) {
            boolean was = held.remove(target);
            try {
                hypervisor.release(target);
            } catch (RuntimeException e) {
                if (was) {
                    held.add(target);
                }
                throw e;
            }
            unnoted.remove(target);
            notes.forget(target);
        }
    }

    /** Forgets that a target was held, which somebody else has released on its guard's proven look. */
    public void forget(Domid target) {
        if (holds(target)) {
            synchronized (lock(target)) {
                held.remove(target);
                unnoted.remove(target);
                notes.forget(target);
            }
            hypervisor.xenstore().remove(node(target));
        }
    }

    /** Tells whether this daemon or an earlier one holds the target. */
    public boolean holds(Domid target) {
        return held.contains(target)
                || notes.has(target)
                || hypervisor.xenstore().read(node(target)).isPresent();
    }

    /** Tells whether this daemon holds the target: it has put it, or taken it over, and nobody has released it since. Asks nobody. */
    public boolean holdsHere(Domid target) {
        return held.contains(target);
    }

    /** A release may wait for a device model, which is nobody's business but its target's. */
    private Object lock(Domid target) {
        return locks.computeIfAbsent(target, domid -> new Object());
    }

    private static String node(Domid target) {
        return "/local/domain/" + target + "/vmcoupler/held";
    }
}
