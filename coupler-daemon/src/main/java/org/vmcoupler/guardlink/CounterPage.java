/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guardlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;
import org.vmcoupler.hypervisor.Domid;
import org.vmcoupler.hypervisor.Hypervisor;

/** The page in which a workload of the lab counts (docs/guard-protocol.md, "The counter page"). */
public final class CounterPage {

    private static final long MAGIC = 0x564d434f55504c52L;
    private static final long SECOND = 0x1122334455667788L;
    private static final long THIRD = 0xfeedfacecafebeefL;

    private CounterPage() {}

    /**
     * Returns the counter as dom0 reads it now, or empty if there is no frame or it is no counter page. Blocks for one mapping.
     *
     * @param gfn frame of the page, as a guard named it; a negative one is no page
     */
    public static OptionalLong read(Hypervisor hypervisor, Domid domid, long gfn) {
        if (gfn < 0 || gfn >= GuardLink.FRAMES_MAX) {
            return OptionalLong.empty();
        }
        return hypervisor.readFrame(domid, gfn).map(CounterPage::counter).orElse(OptionalLong.empty());
    }

    private static OptionalLong counter(byte[] frame) {
        ByteBuffer words = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        boolean counts = words.getLong(0) == MAGIC
                && words.getLong(16) == SECOND
                && words.getLong(24) == THIRD
                && words.getLong(32) == (MAGIC ^ SECOND)
                && words.getLong(8) >= 0;
        return counts ? OptionalLong.of(words.getLong(8)) : OptionalLong.empty();
    }
}
