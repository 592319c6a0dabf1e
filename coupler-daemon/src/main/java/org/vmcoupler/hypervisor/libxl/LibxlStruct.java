/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.libxl;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import org.vmcoupler.hypervisor.HypervisorException;

/**
 * A libxl struct of which only the name is known. It is over-allocated and zeroed, and filled and read through the functions that libxl makes for
 * each type: {@code NAME_init}, {@code NAME_from_json}, {@code NAME_to_json}, {@code NAME_dispose}. Not thread-safe. Source: Xen
 * tools/libs/light/gentypes.py; the declarations are in {@code _libxl_types.h}.
 */
final class LibxlStruct implements AutoCloseable {

    /** Room for any struct used here; the largest, libxl_domain_config, has 1,288 bytes on 4.17 and 1,360 on 4.20. */
    private static final int ROOM_BYTES = 16_384;

    private static final byte UNTOUCHED = (byte) 0xA5;

    private final NativeLibrary xl;
    private final String name;
    private final Memory memory = new Memory(ROOM_BYTES);

    /** Makes an initialised struct of the type {@code name}, as {@code libxl_dominfo}. */
    LibxlStruct(NativeLibrary xl, String name) {
        this.xl = xl;
        this.name = name;
        memory.clear();
        xl.getFunction(name + "_init").invoke(new Object[] {memory});
    }

    /** Returns the struct's address, valid until it is closed. */
    Pointer pointer() {
        return memory;
    }

    /** Sets the fields that {@code json} names. */
    void fill(Libxl.Ctx ctx, String json) {
        int rc = xl.getFunction(name + "_from_json", Function.C_CONVENTION, "UTF-8")
                .invokeInt(new Object[] {ctx, memory, json});
        if (rc != 0) {
            throw LibxlException.ofRc(name + "_from_json", rc, null);
        }
    }

    /** Returns the struct as libxl's JSON. */
    String json(Libxl.Ctx ctx) {
        return json(xl, ctx, name, memory);
    }

    /** Returns as JSON a struct of type {@code name} that libxl keeps at {@code address}. */
    static String json(NativeLibrary xl, Libxl.Ctx ctx, String name, Pointer address) {
        Object result = xl.getFunction(name + "_to_json").invoke(Pointer.class, new Object[] {ctx, address});
        if (!(result instanceof Pointer text)) {
            throw new HypervisorException(name + "_to_json failed");
        }
        try {
            return text.getString(0, "UTF-8");
        } finally {
            Libraries.C.free(text);
        }
    }

    /**
     * Returns the size of a struct in bytes, which is its stride in an array: {@code NAME_init} zeroes exactly {@code sizeof}, so the size is
     * where a pattern laid before survives. No header is needed, and 4.17 and 4.20 are both right.
     */
    static int sizeBytes(NativeLibrary xl, String name) {
        try (Memory probe = new Memory(ROOM_BYTES)) {
            probe.setMemory(0, ROOM_BYTES, UNTOUCHED);
            xl.getFunction(name + "_init").invoke(new Object[] {probe});
            int size = ROOM_BYTES;
            while (size > 0 && probe.getByte(size - 1) == UNTOUCHED) {
                size--;
            }
            return size;
        }
    }

    @Override
    public void close() {
        xl.getFunction(name + "_dispose").invoke(new Object[] {memory});
        memory.close();
    }
}
