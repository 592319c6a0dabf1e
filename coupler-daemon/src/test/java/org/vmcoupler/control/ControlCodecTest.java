/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;

class ControlCodecTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/control");
    private static final UUID ID = new UUID(0x1234, 0x5678);
    private static final StreamDigest DIGEST = new StreamDigest(4_096, "ab".repeat(16));
    private static final DomainOffer OFFER = new DomainOffer("{\"c_info\":{}}", 32_768);

    static ControlMessage sample(MessageKind kind) {
        return switch (kind) {
            case HELLO -> new ControlMessage.Hello(1, "0.1.0", "alpha", "4.17.4", "boot", "journal");
            case BEGIN -> new ControlMessage.Begin(ID, OFFER, OFFER, false);
            case ACCEPT -> new ControlMessage.Accept(ID, 7_655, "01".repeat(32), "02".repeat(32));
            case REFUSE -> new ControlMessage.Refuse(ID, ErrorCode.NO_MEMORY, "No memory.");
            case STOPPED -> new ControlMessage.Stopped(ID, DIGEST, DIGEST, 12_913, 77, "", "ab".repeat(32), 8);
            case READY -> new ControlMessage.Ready(ID, DIGEST, DIGEST, 12_913, 12_913);
            case YIELD -> new ControlMessage.Yield(ID);
            case KEEP -> new ControlMessage.Keep(ID, "cancelled");
            case RUNNING -> new ControlMessage.Running(ID, 1, 2, 12_913, 0);
            case DONE -> new ControlMessage.Done(ID, "{}", "<domain/>", "");
            case CLOSED -> new ControlMessage.Closed(ID, DefinitionAnswer.DEFINED, new DefinitionAnswer(false, "No."));
            case INQUIRE -> new ControlMessage.Inquire(ID, "journal");
            case ANSWER -> new ControlMessage.Answer(ID, Decision.TAKE);
            case PING -> new ControlMessage.Ping(5);
            case PONG -> new ControlMessage.Pong(5, 6);
        };
    }

    @ParameterizedTest
    @EnumSource
    void bytesAreTheGoldenOnesInBothDirections(MessageKind kind) throws IOException {
        String golden = Files.readString(GOLDEN.resolve(kind.type().getSimpleName() + ".hex"))
                .replaceAll("\\s", "");
        assertEquals(golden, ByteBufUtil.hexDump(bytes(sample(kind))));
        EmbeddedChannel channel = new EmbeddedChannel(new ControlCodec());
        for (byte octet : ByteBufUtil.decodeHexDump(golden)) {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {octet}));
        }
        assertEquals(sample(kind), channel.<ControlMessage>readInbound());
        channel.finishAndReleaseAll();
    }

    @Test
    void anotherVersionIsNamedWithOurs() {
        byte[] bytes = bytes(sample(MessageKind.HELLO));
        bytes[5] = 9;
        Refusal refusal = refused(bytes);
        assertEquals(ErrorCode.PROTOCOL, refusal.code());
        assertTrue(String.valueOf(refusal.getMessage()).contains("version 9"));
        assertTrue(String.valueOf(refusal.getMessage()).contains("this host version 1"));
    }

    @Test
    void aBodyOverTheLimitIsRefusedBeforeItIsAwaited() {
        ByteBuf header =
                Unpooled.buffer().writeInt(ControlCodec.MAGIC).writeShort(1).writeShort(1);
        header.writeInt(ControlCodec.BODY_LIMIT + 1).writeInt(0);
        assertTrue(String.valueOf(refused(ByteBufUtil.getBytes(header)).getMessage())
                .contains("the limit is 262144"));
    }

    @Test
    void bodiesOfAnotherShapeAreRefused() {
        Stream.of(
                        "{}",
                        "{\"sentAtNs\":null}",
                        "{\"sentAtNs\":\"5\"}",
                        "{\"sentAtNs\":5.0}",
                        "{\"sentAtNs\":-1}",
                        "{\"sentAtNs\":5,\"x\":1}",
                        "{\"sentAtNs\":5,\"sentAtNs\":5}",
                        "{\"sentAtNs\":5}{}",
                        "[]",
                        "null",
                        "")
                .forEach(body ->
                        assertEquals(ErrorCode.PROTOCOL, refused(framed(body)).code(), body));
    }

    @Test
    void aGuardsSequenceNumberHasBounds() {
        for (long sequence : new long[] {-1, (1L << 53) - 999_999}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new ControlMessage.Stopped(ID, DIGEST, DIGEST, 1, 77, "", "ab".repeat(32), sequence));
        }
    }

    @Test
    void flippedBitsNeverGiveAMessageNorAnyOtherException() {
        Random random = new Random(7);
        for (int i = 0; i < 3_000; i++) {
            byte[] bytes = bytes(sample(MessageKind.of(1 + random.nextInt(15)).orElseThrow()));
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            EmbeddedChannel channel = new EmbeddedChannel(new ControlCodec());
            try {
                channel.writeInbound(Unpooled.wrappedBuffer(bytes));
                ControlMessage message = channel.readInbound();
                assertNull(message, "round " + i);
            } catch (DecoderException e) {
                assertTrue(e.getCause() instanceof Refusal, () -> "cause " + e.getCause());
            }
            channel.finishAndReleaseAll();
        }
    }

    static byte[] bytes(ControlMessage message) {
        ByteBuf out = Unpooled.buffer();
        ControlCodec.write(message, out);
        return ByteBufUtil.getBytes(out);
    }

    private static byte[] framed(String body) {
        byte[] json = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        ByteBuf out = Unpooled.buffer().writeInt(ControlCodec.MAGIC).writeShort(1);
        out.writeShort(MessageKind.PING.code()).writeInt(json.length);
        crc.update(ByteBufUtil.getBytes(out));
        crc.update(json);
        out.writeInt((int) crc.getValue());
        return ByteBufUtil.getBytes(out.writeBytes(json));
    }

    private static Refusal refused(byte[] bytes) {
        EmbeddedChannel channel = new EmbeddedChannel(new ControlCodec());
        DecoderException e =
                assertThrows(DecoderException.class, () -> channel.writeInbound(Unpooled.wrappedBuffer(bytes)));
        channel.finishAndReleaseAll();
        return (Refusal) java.util.Objects.requireNonNull(e.getCause());
    }
}
