/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.sim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.hypervisor.HypervisorContract;

/** The contract on the simulated host. */
class SimHypervisorTest extends HypervisorContract {

    private final SimHypervisor host = new SimHypervisor("boot");
    private final Path folder;
    private int last;

    SimHypervisorTest(@TempDir Path folder) {
        this.folder = folder;
    }

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

    @Override
    protected Path written(String name) {
        String config = "{\"c_info\":{\"name\":\"" + name + "\",\"type\":\"pvh\",\"uuid\":\"" + UUID.randomUUID()
                + "\"},\"b_info\":{\"max_memkb\":1024}}";
        try {
            return Files.writeString(folder.resolve(name + ".cfg"), config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
