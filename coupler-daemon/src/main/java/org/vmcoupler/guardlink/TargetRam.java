/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guardlink;

import java.util.regex.Pattern;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Hypervisor;
import org.vmcoupler.hypervisor.HypervisorException;

/**
 * How far the RAM of a PVH or HVM domain reaches, whatever the size of the hole below 4 GiB, and however much of it the guest has given back: a
 * balloon takes frames from anywhere, so it is the most that the domain may have (static-max) which tells where the highest is. An HVM domain has
 * less than that from the start, as nothing lies under its VGA hole. RAM begins at frame 0 and goes on at 4 GiB with what does not fit below the hole, which begins at 0xFC000000 for PVH (the ACPI tables), at 0xF0000000 for HVM, and lower for an HVM domain with
 * {@code mmio_hole}. So no start of a hole is assumed: when RAM lies above 4 GiB, the domain's highest frame tells where it ends, since
 * everything else that is there (special pages, ACPI, the device model's memory) lies below 4 GiB.
 *
 * <p>Source: Xen tools/libs/light/libxl_dom.c, libxl__build_hvm ({@code mmio_size}, {@code lowmem_end}, {@code highmem_end}) and
 * libxl__build_post ({@code memory/static-max}, in a folder that only dom0 writes); tools/libs/guest/xg_dom_x86.c, meminit_hvm;
 * xen/include/public/hvm/e820.h, HVM_BELOW_4G_MMIO_START; tools/firmware/hvmloader/config.h, ACPI_INFO_PHYSICAL_ADDRESS;
 * tools/libs/guest/xg_dom_x86.c, special_pfn.
 */
public final class TargetRam {

    private static final long FRAMES_BELOW_4_GIB = 1L << 20;
    private static final long KB_PER_FRAME = 4;
    private static final Pattern KB = Pattern.compile("[0-9]{1,15}");

    private TargetRam() {}

    /**
     * Returns how many frames from 0 on hold all RAM that the domain may have, holes included.
     *
     * @throws HypervisorException there is no such domain
     */
    public static long frames(Hypervisor hypervisor, Domid target) {
        long nowKb = hypervisor
                .domain(target)
                .orElseThrow(() -> new HypervisorException("domain " + target + " is gone"))
                .memoryKb();
        return reach(Math.max(nowKb, staticMaxKb(hypervisor, target)) / KB_PER_FRAME, hypervisor.frames(target));
    }

    private static long staticMaxKb(Hypervisor hypervisor, Domid target) {
        return hypervisor
                .xenstore()
                .read("/local/domain/" + target.value() + "/memory/static-max")
                .filter(KB.asMatchPredicate())
                .map(Long::parseLong)
                .orElse(0L);
    }

    /**
     * The target itself can put a frame at any number, so its highest one alone is no bound: RAM of {@code ramFrames} frames never reaches further
     * than 4 GiB beyond that, however large the hole.
     *
     * @param ramFrames the most frames that the domain has or may have
     * @param endFrame its highest frame number plus 1
     */
    static long reach(long ramFrames, long endFrame) {
        return Math.min(endFrame, endFrame > FRAMES_BELOW_4_GIB ? ramFrames + FRAMES_BELOW_4_GIB : ramFrames);
    }
}
