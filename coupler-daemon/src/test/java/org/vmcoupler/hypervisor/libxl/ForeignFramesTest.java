/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Frame;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.hypervisor.HypervisorException;

/** The adapter's arithmetic and clean-up over a library in memory that answers per page as Xen's does. */
class ForeignFramesTest {

    private static final Domid DOMID = new Domid(7);
    private static final int EPERM = 1;
    private static final int ENOENT = 2;
    private static final int EINVAL = 22;

    private final PageLibrary library = new PageLibrary();
    private final ForeignFrames frames = new ForeignFrames(library, new XenToolLog.Logger());

    @Test
    void manyFramesAreOneMappingAndComeInTheOrderAsked() {
        List<Optional<byte[]>> read = frames.read(DOMID, List.of(9L, 3L, 9L));
        assertArrayEquals(page(9), read.get(0).orElseThrow());
        assertArrayEquals(page(3), read.get(1).orElseThrow());
        assertArrayEquals(page(9), read.get(2).orElseThrow());
        assertEquals(1, library.maps);
        assertEquals(0, library.mappedPages);
    }

    @Test
    void holesAreEmptyAmongFramesThatAreThere() {
        library.errors.put(4L, -EINVAL);
        library.errors.put(5L, -ENOENT);
        List<Optional<byte[]>> read = frames.read(DOMID, List.of(4L, 3L, 5L));
        assertEquals(
                List.of(false, true, false),
                read.stream().map(Optional::isPresent).toList());
        assertArrayEquals(page(3), read.get(1).orElseThrow());
        assertEquals(0, library.mappedPages);
    }

    @Test
    void anotherErrorOfOnePageFailsAllAndNothingStaysMapped() {
        library.errors.put(4L, -EINVAL);
        library.errors.put(5L, -EPERM);
        LibxlException failure = assertThrows(LibxlException.class, () -> frames.read(DOMID, List.of(3L, 4L, 5L)));
        assertEquals(-EPERM, failure.rc());
        assertEquals(0, library.mappedPages);
    }

    @Test
    void noMappingAtAllIsAFailureOfTheDomain() {
        library.refuses = true;
        assertThrows(LibxlException.class, () -> frames.read(DOMID, List.of(1L)));
        assertEquals(0, library.mappedPages);
    }

    @Test
    void tooManyOrNegativeFramesNeverReachTheLibrary() {
        List<Long> most = Collections.nCopies(Hypervisor.READ_FRAMES_MAX, 1L);
        assertEquals(Hypervisor.READ_FRAMES_MAX, frames.read(DOMID, most).size());
        library.maps = 0;
        List<Long> tooMany = Collections.nCopies(Hypervisor.READ_FRAMES_MAX + 1, 1L);
        assertThrows(IllegalArgumentException.class, () -> frames.read(DOMID, tooMany));
        assertThrows(IllegalArgumentException.class, () -> frames.read(DOMID, List.of(1L, -1L)));
        assertEquals(List.of(), frames.read(DOMID, List.of()));
        assertEquals(0, library.maps);
    }

    @Test
    void aWriteGoesToItsPlaceAndIntoNoHole() {
        frames.write(DOMID, 3, 4080, new byte[] {1, 2, 3});
        assertArrayEquals(new byte[] {1, 2, 3}, Arrays.copyOfRange(library.lastContents, 4080, 4083));
        library.errors.put(4L, -EINVAL);
        assertThrows(HypervisorException.class, () -> frames.write(DOMID, 4, 0, new byte[1]));
        assertThrows(IllegalArgumentException.class, () -> frames.write(DOMID, 3, 4095, new byte[2]));
        assertEquals(0, library.mappedPages);
    }

    private static byte[] page(long gfn) {
        byte[] bytes = new byte[Frame.BYTES];
        Arrays.fill(bytes, (byte) gfn);
        return bytes;
    }

    /** Pages whose every byte is their frame's number; counts what is mapped. */
    private static final class PageLibrary implements XenForeignMemory {
        private final Map<Long, Integer> errors = new HashMap<>();
        private int maps;
        private long mappedPages;
        private boolean refuses;
        private byte[] lastContents = new byte[0];

        @Override
        public Handle xenforeignmemory_open(XenToolLog.Logger logger, int flags) {
            return new Handle();
        }

        @Override
        public int xenforeignmemory_close(Handle handle) {
            return 0;
        }

        @Override
        public @Nullable Pointer xenforeignmemory_map(
                Handle handle, int domid, int prot, long pages, long[] gfns, int[] err) {
            assertEquals(DOMID.value(), domid);
            assertEquals(pages, gfns.length);
            if (refuses) {
                return null;
            }
            maps++;
            mappedPages += pages;
            Memory memory = new Memory(pages * Frame.BYTES);
            for (int i = 0; i < gfns.length; i++) {
                memory.write((long) i * Frame.BYTES, page(gfns[i]), 0, Frame.BYTES);
                err[i] = errors.getOrDefault(gfns[i], 0);
            }
            return memory;
        }

        @Override
        public int xenforeignmemory_unmap(Handle handle, Pointer address, long pages) {
            mappedPages -= pages;
            lastContents = address.getByteArray(0, (int) pages * Frame.BYTES);
            return 0;
        }
    }
}
