/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

import io.netty.buffer.ByteBuf;
import java.util.BitSet;
import java.util.Set;

/**
 * Checks what lies inside a record's body, and keeps what later records are checked against (guest width, last vCPU). Bodies have passed the
 * bounds of their {@link RecordType} before. Reads by absolute index; indexes of the buffers stay. One thread.
 *
 * <p>Source: Xen docs/specs/libxc-migration-stream.pandoc; tools/python/xen/migration/libxc.py and libxl.py, an independent checker.
 */
final class BodyChecks {

    /**
     * What a saver may send in HVM_PARAMS: store, ioreq, buffered ioreq, viridian, identity page table, console, ACPI ports, three rings, ioreq
     * server and its pages, generation id, x87 width, VM86 TSS, MCA. Source: Xen tools/libs/guest/xg_sr_save_x86_hvm.c, write_hvm_params
     * (the same in 4.17 and 4.20), xen/include/public/hvm/params.h.
     */
    private static final Set<Long> HVM_PARAMS =
            Set.of(1L, 5L, 6L, 9L, 12L, 17L, 19L, 27L, 28L, 29L, 32L, 33L, 34L, 36L, 37L, 38L);

    /** Source: Xen tools/libs/light/libxl_sr_stream_format.h, EMULATOR_QEMU_UPSTREAM. */
    private static final int QEMU_UPSTREAM = 2;

    private final StreamRules rules;
    private int pvWidthBytes;
    private long lastVcpu = -1;

    BodyChecks(StreamRules rules) {
        this.rules = rules;
    }

    /**
     * Checks one body.
     *
     * @param body index 0 is its first byte, the writer index its end
     * @param offsetBytes where the record starts in the stream, for the message
     */
    void check(RecordType type, ByteBuf body, long offsetBytes) throws StreamFormatException {
        switch (type) {
            case X86_PV_INFO -> pvInfo(body, offsetBytes);
            case X86_PV_P2M_FRAMES -> p2mFrames(body, offsetBytes);
            case X86_PV_VCPU_BASIC, X86_PV_VCPU_EXTENDED, X86_PV_VCPU_XSAVE, X86_PV_VCPU_MSRS ->
                vcpu(type, body, offsetBytes);
            case X86_TSC_INFO -> require(body.getIntLE(20) == 0, offsetBytes, "X86_TSC_INFO has a reserved field set");
            case HVM_PARAMS -> hvmParams(body, offsetBytes);
            case X86_CPUID_POLICY -> multiple(type, body.writerIndex(), 24, offsetBytes);
            case X86_MSR_POLICY -> msrPolicy(body, offsetBytes);
            case EMULATOR_XENSTORE_DATA -> {
                emulator(type, body, offsetBytes);
                EmulatorKeys.check(body, 8, offsetBytes);
            }
            case EMULATOR_CONTEXT -> emulator(type, body, offsetBytes);
            default -> {
                // PAGE_DATA has its own methods, HVM_CONTEXT and SHARED_INFO are opaque, the others have no body.
            }
        }
    }

    /** Checks the first 8 bytes of a PAGE_DATA record with a body of {@code bodyBytes}: both fields as they stand there. */
    void pageHead(int countField, int reserved, int bodyBytes, long offset) throws StreamFormatException {
        long count = Integer.toUnsignedLong(countField);
        require(
                count >= 1 && count <= PageEntry.ENTRIES_MAX,
                offset,
                "PAGE_DATA with " + count + " entries, allowed are 1 to " + PageEntry.ENTRIES_MAX);
        require(reserved == 0, offset, "PAGE_DATA has a reserved field set");
        require(bodyBytes >= 8 + 8 * count, offset, "PAGE_DATA is too short for its " + count + " entries");
    }

    /** Checks all entries of a PAGE_DATA record with a body of {@code bodyBytes}, and that its pages fit them exactly. */
    void entries(long[] entries, int bodyBytes, long offset) throws StreamFormatException {
        long pages = 0;
        for (int i = 0; i < entries.length; i++) {
            long entry = entries[i];
            // No message is built for an entry that passes: this loop runs for every page of the domain.
            if (!PageEntry.isReservedZero(entry)
                    || !PageEntry.isLegal(entry, rules.kind())
                    || PageEntry.pfn(entry) >= rules.pfnLimit()) {
                throw new StreamFormatException(offset, illegal(i, entry));
            }
            pages += PageEntry.hasData(entry) ? 1 : 0;
        }
        long expected = 8 + 8L * entries.length + pages * PageEntry.PAGE_BYTES;
        require(
                bodyBytes == expected,
                offset,
                "PAGE_DATA body of " + bodyBytes + " bytes, its entries need " + expected);
    }

    private String illegal(int index, long entry) {
        String what = "PAGE_DATA entry " + index;
        if (!PageEntry.isReservedZero(entry)) {
            return what + " has reserved bits set";
        }
        if (!PageEntry.isLegal(entry, rules.kind())) {
            return what + " has type " + PageEntry.type(entry) + ", which a " + rules.kind() + " domain cannot have";
        }
        return what + " names frame " + PageEntry.pfn(entry) + ", the limit is " + rules.pfnLimit();
    }

    private void pvInfo(ByteBuf body, long offset) throws StreamFormatException {
        int width = body.getUnsignedByte(0);
        int levels = body.getUnsignedByte(1);
        require(
                (width == 8 && levels == 4) || (width == 4 && levels == 3),
                offset,
                "X86_PV_INFO with width " + width + " and " + levels + " page table levels");
        require(body.getShortLE(2) == 0 && body.getIntLE(4) == 0, offset, "X86_PV_INFO has a reserved field set");
        pvWidthBytes = width;
    }

    private void p2mFrames(ByteBuf body, long offset) throws StreamFormatException {
        long start = body.getUnsignedIntLE(0);
        long end = body.getUnsignedIntLE(4);
        require(start <= end, offset, "X86_PV_P2M_FRAMES from " + start + " down to " + end);
        pfn("X86_PV_P2M_FRAMES end", end, offset);
        long perFrame = PageEntry.PAGE_BYTES / pvWidthBytes;
        long frames = end / perFrame - start / perFrame + 1;
        require(
                body.writerIndex() == 8 + 8 * frames,
                offset,
                "X86_PV_P2M_FRAMES body of " + body.writerIndex() + " bytes for " + frames + " frames");
        for (int i = 0; i < frames; i++) {
            long pfn = body.getLongLE(8 + 8 * i);
            if (pfn < 0 || pfn >= rules.pfnLimit()) {
                pfn("X86_PV_P2M_FRAMES frame " + i, pfn, offset);
            }
        }
    }

    private void vcpu(RecordType type, ByteBuf body, long offset) throws StreamFormatException {
        long vcpu = body.getUnsignedIntLE(0);
        require(body.getIntLE(4) == 0, offset, type + " has a reserved field set");
        if (type == RecordType.X86_PV_VCPU_BASIC) {
            require(
                    vcpu > lastVcpu && vcpu < rules.vcpuLimit(),
                    offset,
                    type + " of vCPU " + vcpu + " after vCPU " + lastVcpu + " with a limit of " + rules.vcpuLimit());
            lastVcpu = vcpu;
        } else {
            require(vcpu == lastVcpu, offset, type + " of vCPU " + vcpu + " among the records of vCPU " + lastVcpu);
        }
        if (type == RecordType.X86_PV_VCPU_MSRS) {
            multiple(type, body.writerIndex() - 8, 16, offset);
        }
    }

    private static void hvmParams(ByteBuf body, long offset) throws StreamFormatException {
        long count = body.getUnsignedIntLE(0);
        require(body.getIntLE(4) == 0, offset, "HVM_PARAMS has a reserved field set");
        require(
                body.writerIndex() == 8 + 16 * count,
                offset,
                "HVM_PARAMS body of " + body.writerIndex() + " bytes for " + count + " parameters");
        BitSet seen = new BitSet();
        for (int i = 0; i < count; i++) {
            long index = body.getLongLE(8 + 16 * i);
            require(HVM_PARAMS.contains(index), offset, "HVM_PARAMS sets parameter " + Long.toUnsignedString(index));
            require(!seen.get((int) index), offset, "HVM_PARAMS sets parameter " + index + " twice");
            seen.set((int) index);
        }
    }

    private static void msrPolicy(ByteBuf body, long offset) throws StreamFormatException {
        multiple(RecordType.X86_MSR_POLICY, body.writerIndex(), 16, offset);
        for (int i = 0; i < body.writerIndex(); i += 16) {
            // Source: xen_msr_entry { idx, flags, val }; flags must be zero: Xen xen/include/public/arch-x86/xen.h
            require(body.getIntLE(i + 4) == 0, offset, "X86_MSR_POLICY has a reserved field set");
        }
    }

    private static void emulator(RecordType type, ByteBuf body, long offset) throws StreamFormatException {
        long id = body.getUnsignedIntLE(0);
        long index = body.getUnsignedIntLE(4);
        require(id == QEMU_UPSTREAM && index == 0, offset, type + " for emulator " + id + ", index " + index);
    }

    private void pfn(String what, long pfn, long offset) throws StreamFormatException {
        require(
                pfn >= 0 && pfn < rules.pfnLimit(),
                offset,
                what + " names frame " + Long.toUnsignedString(pfn) + ", the limit is " + rules.pfnLimit());
    }

    private static void multiple(RecordType type, int length, int unit, long offset) throws StreamFormatException {
        require(length % unit == 0, offset, type + " of " + length + " bytes is not a multiple of " + unit);
    }

    static void require(boolean holds, long offset, String otherwise) throws StreamFormatException {
        if (!holds) {
            throw new StreamFormatException(offset, otherwise);
        }
    }
}
