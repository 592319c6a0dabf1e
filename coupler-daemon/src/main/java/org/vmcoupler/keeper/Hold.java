/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.keeper;

import java.util.Optional;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.hypervisor.Xenstore;

/**
 * Targets that stand still because no guard watches them, noted in xenstore beside the domain, where only dom0 writes: the note ends with the
 * domain and outlives the daemon. Any thread; blocks.
 */
final class Hold {

    private final Hypervisor hypervisor;

    Hold(Hypervisor hypervisor) {
        this.hypervisor = hypervisor;
    }

    /** Pauses a target and notes it; the pause needs no xenstore. */
    void put(Domid target) {
        hypervisor.pause(target);
        note(target);
    }

    /** Notes a target that is paused already. */
    void note(Domid target) {
        Xenstore store = hypervisor.xenstore();
        store.writeAll(java.util.Map.of(node(target), "held"), Optional.empty());
    }

    /** Releases a target, and then forgets the note: were it forgotten first, a daemon that dies in between would leave it paused for ever. */
    void release(Domid target) {
        hypervisor.release(target);
        hypervisor.xenstore().remove(node(target));
    }

    boolean holds(Domid target) {
        return hypervisor.xenstore().read(node(target)).isPresent();
    }

    private static String node(Domid target) {
        return "/local/domain/" + target + "/vmcoupler/held";
    }
}
