/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.hypervisor.xenstore;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One message between a client and xenstored: 16 bytes of header, four u32 in host order (type, request id, transaction id, length), then at
 * most 4,096 bytes. Source: Xen xen/include/public/io/xs_wire.h, struct xsd_sockmsg, XENSTORE_PAYLOAD_MAX.
 */
@SuppressWarnings("ArrayRecordComponent") // packets are neither compared nor kept
record Packet(WireType type, int requestId, int transaction, byte[] payload) {

    static final int HEADER_BYTES = 16;
    static final int PAYLOAD_LIMIT_BYTES = 4096;

    /** Message types, by their code. Source: xs_wire.h, enum xsd_sockmsg_type. */
    enum WireType {
        DIRECTORY(1),
        READ(2),
        GET_PERMS(3),
        WATCH(4),
        UNWATCH(5),
        TRANSACTION_START(6),
        TRANSACTION_END(7),
        WRITE(11),
        RM(13),
        SET_PERMS(14),
        WATCH_EVENT(15),
        ERROR(16);

        private final int code;

        WireType(int code) {
            this.code = code;
        }

        private static WireType of(int code) {
            for (WireType type : values()) {
                if (type.code == code) {
                    return type;
                }
            }
            throw new IllegalArgumentException("message type " + code + " that was not asked for");
        }
    }

    /** Returns the bytes of the strings, each ended by a zero byte. */
    static byte[] strings(List<String> strings) {
        return (String.join("\0", strings) + "\0").getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the payload as text; bytes that are no UTF-8 become U+FFFD. */
    String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** Returns the whole message, ready to be written. */
    ByteBuffer encode() {
        if (payload.length > PAYLOAD_LIMIT_BYTES) {
            throw new IllegalArgumentException(
                    "xenstore message of " + payload.length + " bytes, limit " + PAYLOAD_LIMIT_BYTES);
        }
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + payload.length).order(ByteOrder.nativeOrder());
        out.putInt(type.code).putInt(requestId).putInt(transaction).putInt(payload.length);
        return out.put(payload).flip();
    }

    /** Returns the length of the body that follows this header, 0 to 4,096; {@code header} is at its start and stays there. */
    static int bodyBytes(ByteBuffer header) {
        int length = header.order(ByteOrder.nativeOrder()).getInt(12);
        if (length < 0 || length > PAYLOAD_LIMIT_BYTES) {
            throw new IllegalArgumentException("message of " + Integer.toUnsignedString(length) + " bytes");
        }
        return length;
    }

    /** Returns the message; {@code whole} holds header and body from position 0. */
    static Packet decode(ByteBuffer whole) {
        whole.order(ByteOrder.nativeOrder());
        byte[] body = new byte[bodyBytes(whole)];
        whole.get(HEADER_BYTES, body);
        return new Packet(WireType.of(whole.getInt(0)), whole.getInt(4), whole.getInt(8), body);
    }
}
