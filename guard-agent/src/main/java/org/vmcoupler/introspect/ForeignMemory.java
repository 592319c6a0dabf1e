/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.introspect;

import java.nio.file.Path;

/** The native methods; window.h tells what each does. A window is the address of its C structure: only {@link FrameWindow} holds it. */
final class ForeignMemory {

    /** Folder of the native library; the JVM's own library path if not set. */
    private static final String NATIVE_FOLDER = System.getProperty("vmcoupler.native", "");

    static {
        if (NATIVE_FOLDER.isEmpty()) {
            System.loadLibrary("vmcoupler-introspect");
        } else {
            System.load(Path.of(NATIVE_FOLDER, "libvmcoupler-introspect.so")
                    .toAbsolutePath()
                    .toString());
        }
    }

    private ForeignMemory() {}

    /** Loads libxenforeignmemory and opens privcmd, once per process. */
    static native void open(String library) throws MappingException;

    static native long reserve(int pages);

    static native void release(long window);

    /** Maps {@code gfns[0..count)}; returns the number of holes. */
    static native int map(long window, int domid, long[] gfns, int count, int generation)
            throws MappingException, LeaseTimeoutException;

    static native void unmap(long window, int timeoutMs) throws LeaseTimeoutException;

    static native long address(long window);

    /** Copies from byte {@code at} to the end of its page or of {@code into}, whichever comes first; returns the number of bytes. */
    static native int read(long window, int generation, long at, byte[] into, int offset)
            throws HoleException, LeaseOverException;

    static native long readWord(long window, int generation, long at) throws HoleException, LeaseOverException;

    /** Returns the next page of that kind from page {@code from} on, or -1. */
    static native int scan(long window, int generation, int kind, int from) throws LeaseOverException;
}
