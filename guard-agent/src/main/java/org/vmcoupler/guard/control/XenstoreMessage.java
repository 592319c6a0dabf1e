/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.guard.control;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One message of the xenstore protocol: a header of four 32-bit little-endian words (type, request id, transaction id, length), then the
 * payload.
 *
 * <p>Source: Xen docs/misc/xenstore.txt and xen/include/public/io/xs_wire.h.
 *
 * @param type one of the constants, or another number that xenstored sends
 * @param requestId chosen by the asker and echoed; 0 in watch events
 * @param payload at most {@link #PAYLOAD_LIMIT_BYTES}
 */
@SuppressWarnings("ArrayRecordComponent") // made, sent and dropped: never compared, never shared
record XenstoreMessage(int type, int requestId, byte[] payload) {

    static final int READ = 2;
    static final int WATCH = 4;
    static final int WRITE = 11;
    static final int WATCH_EVENT = 15;
    static final int ERROR = 16;

    /** Largest payload. Source: XENSTORE_PAYLOAD_MAX. */
    static final int PAYLOAD_LIMIT_BYTES = 4096;

    private static final int HEADER_BYTES = 16;

    XenstoreMessage {
        if (payload.length > PAYLOAD_LIMIT_BYTES) {
            throw new IllegalArgumentException("payload of " + payload.length + " bytes");
        }
    }

    /** Returns the bytes to be written in one piece, outside any transaction. */
    byte[] bytes() {
        return ByteBuffer.allocate(HEADER_BYTES + payload.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(type)
                .putInt(requestId)
                .putInt(0)
                .putInt(payload.length)
                .put(payload)
                .array();
    }

    /** Takes one message; blocks until it is there. An over-long one or the end of the stream is an error, the stream is unusable then. */
    static XenstoreMessage readFrom(DataInputStream in) throws IOException {
        byte[] header = new byte[HEADER_BYTES];
        in.readFully(header);
        ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        int type = fields.getInt();
        int requestId = fields.getInt();
        fields.getInt();
        int length = fields.getInt();
        if (length < 0 || length > PAYLOAD_LIMIT_BYTES) {
            throw new IOException("xenstore message of " + Integer.toUnsignedString(length) + " bytes");
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new XenstoreMessage(type, requestId, payload);
    }
}
