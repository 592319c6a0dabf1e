/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForeignMappingsTest {

    private final Path proc;

    ForeignMappingsTest(@TempDir Path proc) {
        this.proc = proc;
    }

    private void process(int pid, String comm, String maps) throws Exception {
        Path folder = Files.createDirectories(proc.resolve(Integer.toString(pid)));
        Files.writeString(folder.resolve("comm"), comm + "\n");
        Files.writeString(folder.resolve("maps"), maps);
    }

    @Test
    void namesTheHolder() throws Exception {
        process(1, "init", "00400000-00401000 r-xp 00000000 00:02 9 /init\n");
        process(2, "kthreadd", "");
        Files.createDirectories(proc.resolve("self"));
        Files.writeString(proc.resolve("4x"), "a file is no process");
        assertEquals(Optional.empty(), new ForeignMappings(proc).find());
        process(33, "dd", "7f00-7f01 rw-s 00000000 00:06 88 /dev/xen/gntdev\n");
        ForeignMappings.Holder holder = new ForeignMappings(proc).find().orElseThrow();
        assertEquals(33, holder.pid());
        assertEquals("dd", holder.comm());
        assertTrue(holder.what().contains("gntdev"));
    }

    @Test
    void theProcessLeftOutHidesNoOther() throws Exception {
        process(21, "agent", "7f00-7f01 r--s 00000000 00:06 87 /dev/xen/privcmd\n");
        assertEquals(Optional.empty(), new ForeignMappings(proc).findBeside(21));
        assertEquals(21, new ForeignMappings(proc).find().orElseThrow().pid());
        process(2, "dd", "7f00-7f01 r--s 00000000 00:06 87 /dev/xen/privcmd\n");
        process(212, "cat", "");
        assertEquals(2, new ForeignMappings(proc).findBeside(21).orElseThrow().pid());
    }

    @Test
    void whatCannotBeReadCountsAsFound() throws Exception {
        Files.createDirectories(proc.resolve("7/maps"));
        ForeignMappings.Holder holder = new ForeignMappings(proc).find().orElseThrow();
        assertEquals(7, holder.pid());
        assertTrue(holder.what().contains("cannot be read"), holder.what());
    }

    @Test
    void readsTheKernelsOwnFormat() throws Exception {
        Files.createSymbolicLink(proc.resolve("5"), Path.of("/proc/self"));
        assertEquals(Optional.empty(), new ForeignMappings(proc).find());
    }
}
