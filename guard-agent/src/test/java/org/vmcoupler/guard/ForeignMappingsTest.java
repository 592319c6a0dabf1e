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

    private void thread(int pid, int tid, String maps) throws Exception {
        Path folder = Files.createDirectories(proc.resolve(pid + "/task/" + tid));
        Files.writeString(folder.resolve("maps"), maps);
    }

    @Test
    void aProcessWhoseFirstThreadHasEndedStillMaps() throws Exception {
        process(40, "snoop", "");
        thread(40, 40, "");
        thread(40, 41, "");
        assertEquals(Optional.empty(), new ForeignMappings(proc).find());
        thread(40, 42, "7f00-7f01 r--s 00000000 00:06 87 /dev/xen/privcmd\n");
        ForeignMappings.Holder holder = new ForeignMappings(proc).find().orElseThrow();
        assertEquals(40, holder.pid());
        assertEquals("snoop", holder.comm());
        assertTrue(holder.what().contains("privcmd"));
        assertEquals(Optional.empty(), new ForeignMappings(proc).findBeside(40));
    }

    @Test
    void threadsThatCannotBeReadCountAsFound() throws Exception {
        process(41, "a", "");
        Files.createDirectories(proc.resolve("41/task/43/maps"));
        assertEquals(41, new ForeignMappings(proc).find().orElseThrow().pid());
        Files.delete(proc.resolve("41/task/43/maps"));
        assertEquals(41, new ForeignMappings(proc).find().orElseThrow().pid());
        Files.delete(proc.resolve("41/task/43"));
        assertEquals(Optional.empty(), new ForeignMappings(proc).find());
        Files.delete(proc.resolve("41/task"));
        assertEquals(41, new ForeignMappings(proc).find().orElseThrow().pid());
    }

    @Test
    void namesTheHolder() throws Exception {
        process(1, "init", "00400000-00401000 r-xp 00000000 00:02 9 /init\n");
        process(2, "kthreadd", "");
        thread(2, 2, "");
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
        thread(212, 212, "");
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
