/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guardlink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.sim.SimDomain;
import org.vmcoupler.hypervisor.sim.SimHypervisor;

class TargetRamTest {

    private static final long GIB = 1L << 18;

    /** Where RAM ends as libxl__build_hvm lays it out, in frames; the special pages end at 0xFF000. */
    private static long layout(long ram, long holeStart) {
        return ram <= holeStart ? 0xFF000 : (1L << 20) + ram - holeStart;
    }

    @ParameterizedTest
    @CsvSource({
        "PVH, 0xFC000",
        "HVM, 0xF0000",
        "HVM with mmio_hole=1024, 0xC0000",
        "HVM with mmio_hole=3072, 0x40000",
    })
    void coversAllRamAndNothingAboveItWhateverTheHole(String kind, String holeStart) {
        long start = Long.decode(holeStart);
        for (long ram : new long[] {GIB / 8, GIB, start - 1, start, start + 1, 0xF8000, 0xFD000, 4 * GIB, 64 * GIB}) {
            long end = layout(ram, start);
            assertEquals(ram <= start ? ram : end, TargetRam.reach(ram, end), () -> kind + " of " + ram + " frames");
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 384", "2048, 512", "nonsense, 384", "99999999999999999999, 384"})
    void whatAGuestHasGivenBackIsStillPartOfItsRam(String staticMaxKb, long expected) {
        SimHypervisor host = new SimHypervisor("boot");
        SimDomain target = host.add(new SimDomain(new Domid(5), new UUID(0, 5), "target", 512));
        LongStream.range(0, 128).forEach(target::drop);
        host.xenstore().write("/local/domain/5/memory/static-max", staticMaxKb);
        assertEquals(expected, TargetRam.frames(host, target.domid()), "frame 511 is there; the first 128 are holes");
    }

    @Test
    void aTargetCannotMakeItsGuardMapTheWholeWorld() {
        assertEquals(GIB + (1 << 20), TargetRam.reach(GIB, 1L << 40));
    }
}
