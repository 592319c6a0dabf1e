/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.inventory.libvirt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LockUseTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            lock_manager = "lockd"            | true
              lock_manager="sanlock" # yes    | true
            lock_manager = "nop"              | false
            #lock_manager = "lockd"           | false
            autoballoon = "1"                 | false
            """)
    void theDriversSettingIsRead(String line, boolean locks, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("libxl.conf"), "# a\n" + line + "\n");
        assertEquals(locks, new LockUse(file).locksDisks());
    }

    @Test
    void noFileLocksNothing(@TempDir Path folder) {
        assertEquals(false, new LockUse(folder.resolve("none")).locksDisks());
    }
}
