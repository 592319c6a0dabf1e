/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.relay;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.UUID;

/**
 * First bytes of a data connection, from the source, and the answer. All fields big-endian; the source sends nothing more before the answer.
 *
 * <pre>
 * header  0 magic "VMCD" | 4 version u16 = 1 | 6 role u8 (1 target, 2 guard, 0 invalid) | 7 reserved u8 = 0
 *         8 migration id, 16 bytes | 24 token, 32 bytes
 * answer  0 magic "VMCD" | 4 version u16 = 1 | 6 accepted u8 = 1 | 7 reserved u8 = 0
 * </pre>
 *
 * <p>Refusal is a closed connection. A change of any field needs a new version; the one who does not know a version closes.
 *
 * @param migrationId the migration both daemons agreed on
 * @param role whose stream follows
 * @param token the secret of this connection
 */
public record DataHeader(UUID migrationId, StreamRole role, DataToken token) {
    static final int BYTES = 56;
    static final int ANSWER_BYTES = 8;

    private static final int MAGIC = 0x564D_4344;
    private static final int VERSION = 1;
    private static final int ACCEPTED = 1;

    void encode(ByteBuf out) {
        out.writeInt(MAGIC).writeShort(VERSION).writeByte(role.code()).writeByte(0);
        out.writeLong(migrationId.getMostSignificantBits()).writeLong(migrationId.getLeastSignificantBits());
        out.writeBytes(token.bytes());
    }

    /** Reads {@link #BYTES} readable bytes. */
    static DataHeader decode(ByteBuf in) throws IOException {
        checkMagic(in);
        int role = in.readUnsignedByte();
        StreamRole known =
                StreamRole.of(role).orElseThrow(() -> new IOException("data header with unknown role " + role));
        if (in.readByte() != 0) {
            throw new IOException("data header with a reserved field set");
        }
        UUID migrationId = new UUID(in.readLong(), in.readLong());
        byte[] token = new byte[DataToken.BYTES];
        in.readBytes(token);
        return new DataHeader(migrationId, known, DataToken.of(token));
    }

    static void encodeAnswer(ByteBuf out) {
        out.writeInt(MAGIC).writeShort(VERSION).writeByte(ACCEPTED).writeByte(0);
    }

    /** Reads {@link #ANSWER_BYTES} readable bytes. */
    static void decodeAnswer(ByteBuf in) throws IOException {
        checkMagic(in);
        if (in.readByte() != ACCEPTED || in.readByte() != 0) {
            throw new IOException("data connection answered with an unknown result");
        }
    }

    private static void checkMagic(ByteBuf in) throws IOException {
        if (in.readInt() != MAGIC) {
            throw new IOException("the peer does not speak the data protocol");
        }
        int version = in.readUnsignedShort();
        if (version != VERSION) {
            throw new IOException("data protocol version " + version + " instead of " + VERSION);
        }
    }
}
