/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

import io.netty.buffer.ByteBuf;

/**
 * Checks the keys and values that the emulator's record asks the destination's toolstack to write into xenstore: nothing but a physical map,
 * so that a peer cannot write other keys of the device model.
 *
 * <p>Source: Xen tools/libs/light/libxl_dom_save.c, libxl__save_emulator_xenstore_data; docs/specs/libxl-migration-stream.pandoc,
 * "EMULATOR_XENSTORE_DATA".
 */
final class EmulatorKeys {
    private static final String PREFIX = "physmap/";

    private EmulatorKeys() {}

    /** Checks pairs of NUL-terminated key and value from index {@code start} to the writer index. */
    static void check(ByteBuf body, int start, long offsetBytes) throws StreamFormatException {
        int at = start;
        while (at < body.writerIndex()) {
            int keyEnd = end(body, at, offsetBytes);
            key(body, at, keyEnd, offsetBytes);
            int valueEnd = end(body, keyEnd + 1, offsetBytes);
            for (int i = keyEnd + 1; i < valueEnd; i++) {
                int c = body.getUnsignedByte(i);
                BodyChecks.require(c >= 0x20 && c < 0x7F, offsetBytes, "an emulator value is not printable ASCII");
            }
            at = valueEnd + 1;
        }
    }

    private static int end(ByteBuf body, int from, long offsetBytes) throws StreamFormatException {
        int end = from < body.writerIndex() ? body.indexOf(from, body.writerIndex(), (byte) 0) : -1;
        BodyChecks.require(end >= 0, offsetBytes, "emulator keys and values are not pairs ended by NUL");
        return end;
    }

    private static void key(ByteBuf body, int from, int end, long offsetBytes) throws StreamFormatException {
        boolean legal = end - from > PREFIX.length();
        for (int i = 0; legal && i < end - from; i++) {
            int c = body.getUnsignedByte(from + i);
            legal = i < PREFIX.length()
                    ? c == PREFIX.charAt(i)
                    : (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || "-/_@".indexOf(c) >= 0;
        }
        BodyChecks.require(legal, offsetBytes, "an emulator key is not a name under " + PREFIX);
    }
}
