/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a guard's memory lies while it has no domain. */
class SaveFolderTest {

    private final Path folder;
    private final SaveFolder saves;

    SaveFolderTest(@TempDir Path parent) {
        folder = parent.resolve("xen").resolve("vmcoupler");
        saves = new SaveFolder(folder);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void onlyItsOwnerMayReadIt() throws IOException {
        assertEquals("rw-------", mode(saves.newFile()));
        assertEquals("rwx------", mode(folder));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        saves.newFile();
        assertEquals("rwx------", mode(folder));
    }

    @Test
    void aFolderThatSomebodyElseHasPutThereIsNotUsed(@TempDir Path elsewhere) throws IOException {
        Files.createDirectories(folder.getParent());
        Files.createSymbolicLink(folder, elsewhere);
        assertThrows(IOException.class, saves::newFile);
        Path theirs = Files.writeString(elsewhere.resolve("guard-1.save"), "theirs");
        saves.clear();
        assertTrue(Files.exists(theirs));
    }

    @Test
    void whatWasLeftIsDeleted() throws IOException {
        saves.clear();
        Path left = saves.newFile();
        Path other = Files.writeString(folder.resolve("note"), "kept");
        saves.clear();
        assertFalse(Files.exists(left));
        assertTrue(Files.exists(other));
    }

    @Test
    void xlRestoresNothingOfItAtABoot() {
        assertFalse(Path.of(SaveFolder.OF_HOST.toString()).startsWith("/var/lib/xen/save"));
    }
}
