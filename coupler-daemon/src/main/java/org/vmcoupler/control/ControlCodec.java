/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.control;

import com.fasterxml.jackson.core.JacksonException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageCodec;
import java.io.IOException;
import java.util.List;
import java.util.zip.CRC32C;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.json.StrictJson;

/**
 * Messages to bytes and back (docs/control-protocol.md). One per channel, on its event loop; does not block. The first error is final: it is
 * thrown as a {@link Refusal} with {@link ErrorCode#PROTOCOL}, and everything after it is dropped.
 */
public final class ControlCodec extends ByteToMessageCodec<ControlMessage> {

    /** The version that this daemon speaks. */
    public static final int VERSION = 1;

    /** Largest body in bytes. */
    public static final int BODY_LIMIT = 262_144;

    static final int MAGIC = 0x564D4343;
    static final int HEADER = 16;
    static final int CRC_AT = 12;

    private boolean failed;

    @Override
    protected void encode(ChannelHandlerContext context, ControlMessage message, ByteBuf out) {
        write(message, out);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (failed) {
            in.skipBytes(in.readableBytes());
            return;
        }
        try {
            read(in, out);
        } catch (Refusal e) {
            failed = true;
            throw e;
        }
    }

    /**
     * Appends a message.
     *
     * @throws IllegalArgumentException its body is over the limit; nothing was appended
     */
    static void write(ControlMessage message, ByteBuf out) {
        byte[] body;
        try {
            body = StrictJson.mapper().writeValueAsBytes(message);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("message cannot be written: " + MessageKind.of(message), e);
        }
        if (body.length > BODY_LIMIT) {
            throw new IllegalArgumentException("body of " + body.length + " bytes, limit " + BODY_LIMIT);
        }
        int at = out.writerIndex();
        int code = MessageKind.of(message).code();
        out.writeInt(MAGIC).writeShort(VERSION).writeShort(code).writeInt(body.length);
        out.writeInt(crc(out, at, body)).writeBytes(body);
    }

    private static void read(ByteBuf in, List<Object> out) {
        if (in.readableBytes() < HEADER) {
            return;
        }
        int at = in.readerIndex();
        check(in.getInt(at) == MAGIC, "The peer does not speak VMCoupler's control protocol.");
        int version = in.getUnsignedShort(at + 4);
        int code = in.getUnsignedShort(at + 6);
        long length = in.getUnsignedInt(at + 8);
        MessageKind kind = MessageKind.of(code).orElse(null);
        check(
                version == VERSION,
                "The peer speaks version " + version + " of the control protocol, this host version " + VERSION + ".");
        check(
                length <= BODY_LIMIT,
                "The peer sent a message of " + length + " bytes, the limit is " + BODY_LIMIT + ".");
        if (kind == null) {
            throw new Refusal(ErrorCode.PROTOCOL, "The peer sent a message of unknown code " + code + ".");
        }
        if (in.readableBytes() < HEADER + length) {
            return;
        }
        byte[] body = new byte[(int) length];
        in.getBytes(at + HEADER, body);
        check(in.getInt(at + CRC_AT) == crc(in, at, body), "A message of the peer was damaged on its way.");
        out.add(parse(kind, body));
        in.skipBytes(HEADER + body.length);
    }

    private static ControlMessage parse(MessageKind kind, byte[] body) {
        try {
            ControlMessage message = StrictJson.mapper().readValue(body, kind.type());
            if (message == null) {
                throw new Refusal(ErrorCode.PROTOCOL, "The peer sent an empty " + kind + ".");
            }
            return message;
        } catch (IOException e) {
            throw new Refusal(ErrorCode.PROTOCOL, "The peer sent a " + kind + " that is not of its shape.", e);
        }
    }

    private static void check(boolean condition, String sentence) {
        if (!condition) {
            throw new Refusal(ErrorCode.PROTOCOL, sentence);
        }
    }

    /** The checksum covers the header before it too: a code that flips on its way must not turn one message into another of the same shape. */
    private static int crc(ByteBuf header, int at, byte[] body) {
        byte[] covered = new byte[CRC_AT];
        header.getBytes(at, covered);
        CRC32C crc = new CRC32C();
        crc.update(covered);
        crc.update(body);
        return (int) crc.getValue();
    }
}
