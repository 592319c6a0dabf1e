/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.hypervisor.HypervisorContract;

/** The contract on this host's Xen; the lab runs it in a dom0. */
@EnabledIfSystemProperty(
        named = LibxlContractXenTest.GUESTS,
        matches = ".+",
        disabledReason = "names the folder of a dom0 with target.cfg; the lab sets it")
class LibxlContractXenTest extends HypervisorContract {

    /** System property: folder with the configuration of a small guest. */
    static final String GUESTS = "vmcoupler.contract.guests";

    private static Path folder;
    private static Hypervisor host;

    @BeforeAll
    static void open(@TempDir Path own) {
        folder = own;
        host = LibxlHypervisor.open(Path.of("/usr/lib/vmcoupler/save-helper"), folder);
    }

    @AfterAll
    static void close() {
        host.close();
    }

    @Override
    protected Hypervisor hypervisor() {
        return host;
    }

    @Override
    protected Domid newTarget(String name) {
        return create(name, "pvh");
    }

    @Override
    protected Domid newGuard(String name) {
        return create(name, "pv");
    }

    @Override
    protected Path written(String name) {
        try {
            return write(name, "pvh");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path write(String name, String type) throws IOException {
        String config = Files.readString(Path.of(System.getProperty(GUESTS), "target.cfg"))
                .replaceAll("(?m)^name.*", "name = \"" + name + "\"")
                .replaceAll("(?m)^type.*", "type = \"" + type + "\"");
        return Files.writeString(folder.resolve(name + ".cfg"), config);
    }

    private static Domid create(String name, String type) {
        try {
            Path file = write(name, type);
            run("xl", "create", "-q", "-p", file.toString());
            return new Domid(Integer.parseInt(run("xl", "domid", name).trim()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), said);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertEquals(0, process.exitValue(), said);
        return said;
    }
}
