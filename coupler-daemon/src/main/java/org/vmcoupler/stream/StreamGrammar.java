/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vmcoupler.hypervisor.DomainKind;

/**
 * The order in which headers and records may come, per kind of domain. One thread.
 *
 * <p>Source: Xen docs/specs/libxc-migration-stream.pandoc, "Layout"; the order in which Xen 4.17 and 4.20 write: start_of_stream and
 * end_of_checkpoint in tools/libs/guest/xg_sr_save_x86_pv.c and xg_sr_save_x86_hvm.c (HVM_CONTEXT before HVM_PARAMS, while the specification
 * says after: both pass), tools/libs/light/libxl_stream_write.c.
 */
final class StreamGrammar {

    private record Slot(RecordType type, boolean required) {}

    private final DomainKind kind;
    private final List<Slot> slots;
    private int position = -1;
    private boolean hvmParamsSeen;

    StreamGrammar(DomainKind kind) {
        this.kind = kind;
        this.slots = slotsOf(kind);
    }

    /** Returns the header that must come next, or null where a record must come. */
    @Nullable
    RecordType nextHeader() {
        if (isComplete()) {
            return null;
        }
        RecordType next = slots.get(position + 1).type();
        return next.layer() == RecordType.Layer.HEADER ? next : null;
    }

    /** Returns the layer whose numbering the next record uses. */
    RecordType.Layer layer() {
        int start = indexOf(RecordType.DOMAIN_HEADER);
        int end = indexOf(RecordType.LIBXC_END);
        return position >= start && position < end ? RecordType.Layer.LIBXC : RecordType.Layer.LIBXL;
    }

    /** Tells whether the end of the whole stream was taken. */
    boolean isComplete() {
        return position == slots.size() - 1;
    }

    /** Takes the next header or record; position unchanged when it throws. */
    void take(RecordType type, long offsetBytes) throws StreamFormatException {
        int next = next(type);
        if (next < 0 || (type == RecordType.HVM_PARAMS && hvmParamsSeen)) {
            String after = position < 0
                    ? "as the first"
                    : "after " + slots.get(position).type();
            throw new StreamFormatException(
                    offsetBytes, type + " is out of order " + after + " in the stream of a " + kind + " domain");
        }
        position = next;
        hvmParamsSeen |= type == RecordType.HVM_PARAMS;
    }

    private int next(RecordType type) {
        if (position >= 0 && type == RecordType.PAGE_DATA && slots.get(position).type() == type) {
            return position;
        }
        boolean anotherVcpu = type == RecordType.X86_PV_VCPU_BASIC && position >= 0 && isVcpu(slots.get(position));
        if (anotherVcpu) {
            return indexOf(type);
        }
        for (int i = position + 1; i < slots.size(); i++) {
            if (slots.get(i).type() == type) {
                return i;
            }
            if (slots.get(i).required()) {
                return -1;
            }
        }
        return -1;
    }

    private int indexOf(RecordType type) {
        for (int i = 0; i < slots.size(); i++) {
            if (slots.get(i).type() == type) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isVcpu(Slot slot) {
        return switch (slot.type()) {
            case X86_PV_VCPU_BASIC, X86_PV_VCPU_EXTENDED, X86_PV_VCPU_XSAVE, X86_PV_VCPU_MSRS -> true;
            default -> false;
        };
    }

    private static List<Slot> slotsOf(DomainKind kind) {
        List<Slot> slots = new ArrayList<>();
        required(slots, RecordType.LIBXL_HEADER, RecordType.LIBXC_CONTEXT);
        required(slots, RecordType.IMAGE_HEADER, RecordType.DOMAIN_HEADER);
        if (kind == DomainKind.PV) {
            required(slots, RecordType.X86_PV_INFO);
        }
        // "Data records with no content should be elided": a domain without a policy has no policy record.
        optional(slots, RecordType.X86_CPUID_POLICY, RecordType.X86_MSR_POLICY);
        required(slots, RecordType.STATIC_DATA_END);
        if (kind == DomainKind.PV) {
            required(slots, RecordType.X86_PV_P2M_FRAMES, RecordType.PAGE_DATA, RecordType.X86_TSC_INFO);
            required(slots, RecordType.SHARED_INFO, RecordType.X86_PV_VCPU_BASIC);
            optional(slots, RecordType.X86_PV_VCPU_EXTENDED, RecordType.X86_PV_VCPU_XSAVE);
            optional(slots, RecordType.X86_PV_VCPU_MSRS);
        } else {
            required(slots, RecordType.PAGE_DATA, RecordType.X86_TSC_INFO);
            optional(slots, RecordType.HVM_PARAMS);
            required(slots, RecordType.HVM_CONTEXT);
            optional(slots, RecordType.HVM_PARAMS);
        }
        required(slots, RecordType.LIBXC_END);
        if (kind == DomainKind.HVM) {
            optional(slots, RecordType.EMULATOR_XENSTORE_DATA);
            required(slots, RecordType.EMULATOR_CONTEXT);
        }
        required(slots, RecordType.LIBXL_END);
        return List.copyOf(slots);
    }

    private static void required(List<Slot> slots, RecordType... types) {
        for (RecordType type : types) {
            slots.add(new Slot(type, true));
        }
    }

    private static void optional(List<Slot> slots, RecordType... types) {
        for (RecordType type : types) {
            slots.add(new Slot(type, false));
        }
    }
}
