/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.sim;

import java.util.UUID;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.hypervisor.HypervisorContract;

/** The contract on the simulated host. */
class SimHypervisorTest extends HypervisorContract {

    private final SimHypervisor host = new SimHypervisor("boot");
    private int last;

    @Override
    protected Hypervisor hypervisor() {
        return host;
    }

    @Override
    protected Domid newTarget(String name) {
        SimDomain domain = new SimDomain(new Domid(++last), UUID.randomUUID(), name, 64);
        domain.paused(true);
        return host.add(domain).domid();
    }

    @Override
    protected Domid newGuard(String name) {
        return newTarget(name);
    }
}
