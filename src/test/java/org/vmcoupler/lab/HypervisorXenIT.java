/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The port to the hypervisor does on real Xen what its contract says, as the simulated host does. */
@OnXenLab
@Order(0)
class HypervisorXenIT {

    private final Lab lab = Lab.ofThisMachine();

    @Test
    void libxlKeepsTheContract() {
        Host host = lab.beta();
        Map<Integer, String> before = host.domains();
        ProcessRun run =
                host.run("java -XX:TieredStopAtLevel=1 -Djava.io.tmpdir=/root -Dvmcoupler.contract.guests=/lab/guests"
                        + " -cp '/lab/contract/classes:/lab/contract/*:/usr/share/vmcoupler/lib/*'"
                        + " org.vmcoupler.hypervisor.libxl.ContractOnXen");
        assertEquals(0, run.exitCode(), run::toString);
        assertTrue(run.out().contains("contract: 10 passed, 0 failed"), run::toString);
        assertEquals(before, host.domains());
    }
}
