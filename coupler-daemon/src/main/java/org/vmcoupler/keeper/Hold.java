/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.util.Map;
import java.util.Optional;
import org.vmcoupler.hypervisor.DomainState;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Hypervisor;

/**
 * Targets that stand still because no guard watches them, noted in xenstore beside the domain, where only dom0 writes: the note ends with the
 * domain and outlives the daemon. Any thread; blocks.
 */
final class Hold {

    /** A target between its release and the end of its note is not one that somebody else has unpaused. */
    private static final Object RELEASING = new Object();

    private final Hypervisor hypervisor;

    Hold(Hypervisor hypervisor) {
        this.hypervisor = hypervisor;
    }

    /**
     * Pauses a target and notes it; the pause needs no xenstore. It is paused twice, so that a stray {@code xl unpause} changes nothing. Source: Xen
     * xen/common/domain.c, domain_pause_by_systemcontroller counts.
     */
    void put(Domid target) {
        hypervisor.pause(target);
        hypervisor.pause(target);
        hypervisor.xenstore().writeAll(Map.of(node(target), "held"), Optional.empty());
    }

    /** Pauses a target again that is held and runs all the same; tells whether that was so. */
    boolean enforce(Domid target) {
        synchronized (RELEASING) {
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

    /** Releases a target, and then forgets the note: were it forgotten first, a daemon that dies in between would leave it paused for ever. */
    void release(Domid target) {
        synchronized (RELEASING) {
            hypervisor.release(target);
            hypervisor.xenstore().remove(node(target));
        }
    }

    boolean holds(Domid target) {
        return hypervisor.xenstore().read(node(target)).isPresent();
    }

    private static String node(Domid target) {
        return "/local/domain/" + target + "/vmcoupler/held";
    }
}
