/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

import org.jspecify.annotations.Nullable;

/**
 * The headers and records that may pass, each with the bounds of its body; a type that is not listed is refused. Immutable.
 *
 * <p>Left out on purpose: libxl CHECKPOINT_END and CHECKPOINT_STATE, libxc TOOLSTACK, VERIFY, CHECKPOINT, CHECKPOINT_DIRTY_PFN_LIST, and every
 * optional type (bit 31), since nothing that VMCoupler starts sends them.
 *
 * <p>Source: Xen docs/specs/libxl-migration-stream.pandoc, docs/specs/libxc-migration-stream.pandoc; the upper bounds are ours unless noted.
 */
public enum RecordType {
    /** First 16 bytes. */
    LIBXL_HEADER(Layer.HEADER, 0, 16, 16),
    /** First 24 bytes of the inner stream. */
    IMAGE_HEADER(Layer.HEADER, 0, 24, 24),
    /** Directly after the image header. */
    DOMAIN_HEADER(Layer.HEADER, 0, 16, 16),

    /** End of the whole stream. */
    LIBXL_END(Layer.LIBXL, 0, 0, 0),
    /** The inner stream follows. */
    LIBXC_CONTEXT(Layer.LIBXL, 1, 0, 0),
    /** Physical map of the emulator. */
    EMULATOR_XENSTORE_DATA(Layer.LIBXL, 2, 8, 64 << 10),
    /** State of the emulator without the domain's memory. */
    EMULATOR_CONTEXT(Layer.LIBXL, 3, 9, 4 << 20),

    /** End of the inner stream. */
    LIBXC_END(Layer.LIBXC, 0, 0, 0),
    /** Up to 1,024 pages. Source: Xen tools/libs/guest/xg_sr_common.h, MAX_BATCH_SIZE. */
    PAGE_DATA(Layer.LIBXC, 0x1, 16, 8 + 1024 * (8 + 4096)),
    /** Width and page table levels of a PV domain. */
    X86_PV_INFO(Layer.LIBXC, 0x2, 8, 8),
    /** Frames of the p2m of a PV domain. */
    X86_PV_P2M_FRAMES(Layer.LIBXC, 0x3, 16, 1 << 20),
    /** Registers; 8 bytes and a vcpu_guest_context of 2,800 or 5,168 bytes. */
    X86_PV_VCPU_BASIC(Layer.LIBXC, 0x4, 9, 8 + 8192),
    /** At most 128 bytes after the vCPU number. Source: Xen tools/libs/guest/xg_sr_restore_x86_pv.c, handle_x86_pv_vcpu_blob. */
    X86_PV_VCPU_EXTENDED(Layer.LIBXC, 0x5, 9, 8 + 128),
    /** Extended processor state; below 12 KiB with every known component. */
    X86_PV_VCPU_XSAVE(Layer.LIBXC, 0x6, 9, 8 + (32 << 10)),
    /** One page. */
    SHARED_INFO(Layer.LIBXC, 0x7, 4096, 4096),
    /** Marks the end of memory too. */
    X86_TSC_INFO(Layer.LIBXC, 0x8, 24, 24),
    /** State of all vCPUs and of the hypervisor's devices; about 4 KiB and 13 KiB per vCPU at most, 128 vCPUs. */
    HVM_CONTEXT(Layer.LIBXC, 0x9, 8, 2 << 20),
    /** Index and value pairs. */
    HVM_PARAMS(Layer.LIBXC, 0xA, 24, 8 + 64 * 16),
    /** Index and value pairs after the vCPU number. */
    X86_PV_VCPU_MSRS(Layer.LIBXC, 0xC, 24, 8 + 256 * 16),
    /** End of what does not change while the domain runs. */
    STATIC_DATA_END(Layer.LIBXC, 0x10, 0, 0),
    /** Leaves of 24 bytes. */
    X86_CPUID_POLICY(Layer.LIBXC, 0x11, 24, 1024 * 24),
    /** Entries of 16 bytes. */
    X86_MSR_POLICY(Layer.LIBXC, 0x12, 16, 256 * 16);

    /** Which of the two nested streams a type belongs to; headers stand outside the numbering. */
    enum Layer {
        /** A fixed header. */
        HEADER,
        /** A record of the outer stream. */
        LIBXL,
        /** A record of the inner stream. */
        LIBXC
    }

    /** Largest body of any type, in bytes: what a decoder buffers at most, without record header and padding. */
    public static final int BODY_BYTES_MAX = 8 + 1024 * (8 + 4096);

    private final Layer layer;
    private final int code;
    private final int bodyBytesMin;
    private final int bodyBytesMax;

    RecordType(Layer layer, int code, int bodyBytesMin, int bodyBytesMax) {
        this.layer = layer;
        this.code = code;
        this.bodyBytesMin = bodyBytesMin;
        this.bodyBytesMax = bodyBytesMax;
    }

    static @Nullable RecordType of(Layer layer, int code) {
        for (RecordType type : values()) {
            if (type.layer == layer && type.code == code) {
                return type;
            }
        }
        return null;
    }

    Layer layer() {
        return layer;
    }

    int code() {
        return code;
    }

    int bodyBytesMin() {
        return bodyBytesMin;
    }

    int bodyBytesMax() {
        return bodyBytesMax;
    }
}
