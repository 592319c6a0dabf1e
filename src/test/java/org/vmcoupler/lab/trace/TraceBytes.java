/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab.trace;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Makes the bytes that {@code xentrace} writes. */
final class TraceBytes {

    static final int RUNNING = 0;
    static final int RUNNABLE = 1;
    static final int BLOCKED = 2;

    private final ByteBuffer out = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    private int window = -1;

    /** Begins what comes from the buffer of a processor. */
    TraceBytes cpu(int cpu) {
        closeWindow();
        out.putInt(2 << 28 | 0x1f003).putInt(cpu);
        window = out.position();
        out.putInt(0);
        return this;
    }

    /** A vCPU changes from one runstate to another. */
    TraceBytes change(long tsc, int domid, int vcpu, int from, int to) {
        out.putInt(1 << 31 | 1 << 28 | 0x21001 | from << 8 | to << 4)
                .putLong(tsc)
                .putInt(domid << 16 | vcpu);
        return this;
    }

    /** So many records are missing. */
    TraceBytes lost(int records) {
        out.putInt(1 << 31 | 4 << 28 | 0x1f001)
                .putLong(1)
                .putInt(records)
                .putInt(0)
                .putLong(1);
        return this;
    }

    /** The end of a buffer that is filled up. */
    TraceBytes wrap(int words) {
        out.putInt(words << 28 | 0x1f002);
        for (int i = 0; i < words; i++) {
            out.putInt(0x21001);
        }
        return this;
    }

    /** Any other record, without a time. */
    TraceBytes other(int event) {
        out.putInt(event);
        return this;
    }

    byte[] bytes() {
        closeWindow();
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    private void closeWindow() {
        if (window >= 0) {
            out.putInt(window, out.position() - window - Integer.BYTES);
        }
        window = -1;
    }
}
