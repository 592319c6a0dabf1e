/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.xenstore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vmcoupler.hypervisor.xenstore.Packet.WireType;

class PacketTest {

    /** As libxenstore writes it on x86: type 2, request 1, transaction 9, 3 bytes. */
    private static final byte[] READ_OF_A =
            HexFormat.of().parseHex("02000000" + "01000000" + "09000000" + "03000000" + "2f6100");

    @Test
    void encodesTheGoldenBytes() {
        ByteBuffer out = new Packet(WireType.READ, 1, 9, Packet.strings(List.of("/a"))).encode();
        byte[] bytes = new byte[out.remaining()];
        out.get(bytes);
        assertArrayEquals(READ_OF_A, bytes);
    }

    @Test
    void decodesTheGoldenBytes() {
        Packet packet = Packet.decode(ByteBuffer.wrap(READ_OF_A));
        assertEquals(WireType.READ, packet.type());
        assertEquals(1, packet.requestId());
        assertEquals(9, packet.transaction());
        assertEquals("/a\0", packet.text());
    }

    @Test
    void refusesLengthsOutsideTheLimit() {
        for (int length : new int[] {4097, -1, Integer.MAX_VALUE}) {
            ByteBuffer header =
                    ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putInt(12, length);
            assertThrows(IllegalArgumentException.class, () -> Packet.bodyBytes(header));
        }
        assertThrows(IllegalArgumentException.class, () -> new Packet(WireType.WRITE, 1, 0, new byte[4097]).encode());
    }

    @Test
    void refusesUnknownTypes() {
        ByteBuffer header =
                ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putInt(0, 99);
        assertThrows(IllegalArgumentException.class, () -> Packet.decode(header));
    }
}
