/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vmcoupler.hypervisor.HypervisorException;

class SaveHelperTest {

    @Test
    void acceptsWhatOnlyRootWrites() throws IOException {
        assertEquals(Path.of("/bin/sh").toRealPath(), SaveHelper.checkOnlyRootWrites(Path.of("/bin/sh")));
    }

    @Test
    void refusesAFileBelowAWritableFolder(@TempDir Path folder) throws IOException {
        Path helper = Files.createFile(folder.resolve("helper"));
        HypervisorException e = assertThrows(HypervisorException.class, () -> SaveHelper.checkOnlyRootWrites(helper));
        assertTrue(e.toString().contains("refusing to run"), e.toString());
        assertTrue(e.toString().contains("must belong to root"), e.toString());
    }

    @Test
    void looksThroughLinks(@TempDir Path folder) throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("/bin/sh"));
        assertEquals(Path.of("/bin/sh").toRealPath(), SaveHelper.checkOnlyRootWrites(link));
        Path back = Files.createSymbolicLink(folder.resolve("back"), Files.createFile(folder.resolve("mine")));
        assertThrows(HypervisorException.class, () -> SaveHelper.checkOnlyRootWrites(back));
    }

    @Test
    void saysThatAFileIsMissing() {
        HypervisorException e = assertThrows(
                HypervisorException.class, () -> SaveHelper.checkOnlyRootWrites(Path.of("/usr/no-such-helper")));
        assertTrue(e.toString().contains("/usr/no-such-helper"), e.toString());
    }

    @Test
    void aXenWithoutItsHelperIsNoXen() {
        assertTrue(assertThrows(LibxlMissingException.class, () -> SaveHelper.stock("0.1"))
                .toString()
                .contains("Xen 0.1 has no libxl-save-helper"));
    }
}
