/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vmcoupler.hypervisor.DomainKind;

class StreamDecoderTest {

    private static final Random RANDOM = new Random(7);

    @ParameterizedTest
    @EnumSource
    void aLegalStreamComesOutByteForByte(DomainKind kind) throws Exception {
        byte[] legal = StreamWriter.legal(kind, 1500, 1);
        try (Passage whole = Passage.of(kind);
                Passage pieces = Passage.of(kind)) {
            assertArrayEquals(legal, whole.pass(legal, RANDOM, legal.length));
            assertArrayEquals(legal, pieces.pass(legal, RANDOM, 9000));
            assertTrue(pieces.decoder.isComplete());
            assertEquals(legal.length, pieces.decoder.offsetBytes());
            assertEquals(legal.length, pieces.digest.lengthBytes());
            assertEquals(whole.digest.hex(), pieces.digest.hex());
        }
    }

    @Test
    void aStreamWorksByteByByte() throws Exception {
        byte[] legal = StreamWriter.legal(DomainKind.HVM, 3, 2);
        try (Passage passage = Passage.of(DomainKind.HVM)) {
            assertArrayEquals(legal, passage.pass(legal, RANDOM, 1));
        }
    }

    @Test
    void whatVariesLegallyPasses() throws Exception {
        byte[] noPolicyParamsFirst = new StreamWriter(1)
                .headers(DomainKind.PVH)
                .record(0x10, new byte[0])
                .pages(5, 6)
                .record(0x8, new byte[24])
                .record(0xA, StreamWriter.hvmParams(1))
                .record(0x9, new byte[9])
                .record(0, new byte[0])
                .record(0, new byte[0])
                .bytes();
        try (Passage passage = Passage.of(DomainKind.PVH)) {
            assertArrayEquals(noPolicyParamsFirst, passage.pass(noPolicyParamsFirst, RANDOM, 50));
        }
    }

    @Test
    void theOffsetNamesTheOffendingRecord() {
        byte[] bytes = new StreamWriter(1).start(DomainKind.PVH).bytes();
        byte[] bad = new StreamWriter(1)
                .start(DomainKind.PVH)
                .record(0x7, new byte[4096])
                .bytes();
        StreamFormatException e = refusal(DomainKind.PVH, bad);
        assertEquals(bytes.length, e.offsetBytes());
        assertEquals(
                "save stream refused at byte " + bytes.length
                        + ": SHARED_INFO is out of order after STATIC_DATA_END in the stream of a PVH domain",
                e.getMessage());
    }

    @Test
    void aRefusedStreamStaysRefused() {
        try (Passage passage = Passage.of(DomainKind.PV)) {
            byte[] bad = new byte[16];
            StreamFormatException first =
                    assertThrows(StreamFormatException.class, () -> passage.pass(bad, RANDOM, 16));
            byte[] good = StreamWriter.legal(DomainKind.PV, 3, 1);
            assertEquals(first, assertThrows(StreamFormatException.class, () -> passage.pass(good, RANDOM, 16)));
        }
    }

    static Stream<Arguments> refusals() {
        return Stream.concat(outerRefusals(), Stream.concat(pageRefusals(), bodyRefusals()));
    }

    private static Stream<Arguments> outerRefusals() {
        byte[] none = new byte[0];
        return Stream.of(
                Arguments.of("does not start with", DomainKind.PV, new StreamWriter(1).raw(new byte[16])),
                Arguments.of("domain type 2 for PV", DomainKind.PV, new StreamWriter(1).headers(DomainKind.HVM)),
                Arguments.of("domain type 1 for PVH", DomainKind.PVH, new StreamWriter(1).headers(DomainKind.PV)),
                Arguments.of(
                        "follow the END",
                        DomainKind.PVH,
                        pvh().end(DomainKind.PVH).raw((byte) 0)),
                Arguments.of("record type 13 may not pass", DomainKind.PVH, pvh().record(0xD, none)),
                Arguments.of("record type 14 may not pass", DomainKind.PVH, pvh().record(0xE, none)),
                Arguments.of("record type 11 may not pass", DomainKind.PVH, pvh().record(0xB, new byte[8])),
                Arguments.of("record type 15 may not pass", DomainKind.PVH, pvh().record(0xF, new byte[8])),
                Arguments.of("optional LIBXC record", DomainKind.PVH, pvh().record(0x80000001, none)),
                Arguments.of("LIBXC_END is out of order", DomainKind.PVH, pvh().record(0, none)),
                Arguments.of("X86_PV_INFO is out of order", DomainKind.PVH, pvh().record(2, new byte[8])),
                Arguments.of("STATIC_DATA_END is out of order", DomainKind.PVH, pvh().record(0x10, none)),
                Arguments.of(
                        "PAGE_DATA is out of order",
                        DomainKind.PVH,
                        pvh().record(0x8, new byte[24]).pages(1)),
                Arguments.of(
                        "HVM_PARAMS is out of order",
                        DomainKind.PVH,
                        pvh().record(0x8, new byte[24])
                                .record(0xA, StreamWriter.hvmParams(1))
                                .record(0x9, new byte[8])
                                .record(0xA, StreamWriter.hvmParams(1))),
                Arguments.of("EMULATOR_CONTEXT is out of order", DomainKind.PVH, afterInner(DomainKind.PVH, "q")),
                Arguments.of("END of 8 bytes", DomainKind.PVH, pvh().record(0, new byte[8])));
    }

    private static Stream<Arguments> pageRefusals() {
        long limit = 1 << 20;
        return Stream.of(
                Arguments.of("names frame 1048576", DomainKind.PVH, pvh().pages(0, limit)),
                Arguments.of("reserved bits set", DomainKind.PVH, pvh().pages(1L << 52)),
                Arguments.of("type 5, which", DomainKind.PV, pv().pages(5L << 60)),
                Arguments.of("type 8, which", DomainKind.PV, pv().pages(8L << 60)),
                Arguments.of("type 1, which", DomainKind.PVH, pvh().pages(1L << 60)),
                Arguments.of("0 entries", DomainKind.PVH, pvh().record(1, new byte[16])),
                Arguments.of("of 8 bytes, allowed", DomainKind.PVH, pvh().record(1, new byte[8])),
                Arguments.of("too short", DomainKind.PVH, pvh().record(1, le(3, 0, 1, 0))),
                Arguments.of("entries need 4112", DomainKind.PVH, pvh().record(1, le(1, 0, 1, 0, 0))),
                Arguments.of("1025 entries", DomainKind.PVH, pvh().record(1, le(1025, 0, 1, 0))),
                Arguments.of("reserved field", DomainKind.PVH, pvh().record(1, le(1, 1, 1, 0))),
                Arguments.of("of 4294967295 bytes", DomainKind.PVH, pvh().raw(le(1, -1))));
    }

    private static Stream<Arguments> bodyRefusals() {
        StreamWriter hvm = pvh().record(0x8, new byte[24]);
        return Stream.of(
                Arguments.of("width 8 and 3", DomainKind.PV, pvInfo(8, 3, 0)),
                Arguments.of("reserved field", DomainKind.PV, pvInfo(8, 4, 1)),
                Arguments.of("for 2 frames", DomainKind.PV, pvStatic().p2m(1023, 3)),
                Arguments.of("names frame 1048576", DomainKind.PV, pvStatic().p2m(1 << 20, 2)),
                Arguments.of("vCPU 8 after", DomainKind.PV, pvVcpus().vcpu(8)),
                Arguments.of(
                        "vCPU 1 after vCPU 1", DomainKind.PV, pvVcpus().vcpu(1).vcpu(1)),
                Arguments.of(
                        "vCPU 2 among",
                        DomainKind.PV,
                        pvVcpus().vcpuPart(0x4, 1, 5168).vcpuPart(0x5, 2, 128)),
                Arguments.of(
                        "not a multiple of 16",
                        DomainKind.PV,
                        pvVcpus().vcpuPart(4, 1, 8).vcpuPart(0xC, 1, 17)),
                Arguments.of("sets parameter 30", DomainKind.PVH, hvm.record(0xA, StreamWriter.hvmParams(30))),
                Arguments.of(
                        "parameter 5 twice",
                        DomainKind.PVH,
                        pvh().record(0x8, new byte[24]).record(0xA, StreamWriter.hvmParams(5, 5))),
                Arguments.of("not a name under", DomainKind.HVM, afterInner(DomainKind.HVM, "disable_pf\0001\0")),
                Arguments.of("not a name under", DomainKind.HVM, afterInner(DomainKind.HVM, "physmap/a b\0001\0")),
                Arguments.of("not pairs", DomainKind.HVM, afterInner(DomainKind.HVM, "physmap/a\0")),
                Arguments.of("not printable", DomainKind.HVM, afterInner(DomainKind.HVM, "physmap/a\0\7\0")),
                Arguments.of(
                        "padding",
                        DomainKind.PVH,
                        pvh().record(0x8, new byte[24]).raw(le(9, 9, 0, 0, 0, 1))));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void anIllegalStreamIsRefused(String reason, DomainKind kind, StreamWriter illegal) {
        String message = String.valueOf(refusal(kind, illegal.bytes()).getMessage());
        assertTrue(message.contains(reason), () -> "\"" + message + "\" does not say \"" + reason + "\"");
    }

    private static StreamFormatException refusal(DomainKind kind, byte[] bytes) {
        try (Passage passage = Passage.of(kind)) {
            StreamFormatException e =
                    assertThrows(StreamFormatException.class, () -> passage.pass(bytes, RANDOM, 4000));
            assertEquals(0, passage.decoder.bufferedBytes() - headBytes(passage));
            return e;
        }
    }

    /** A refused header may stay in the fixed array of at most 24 bytes. */
    private static int headBytes(Passage passage) {
        return passage.decoder.bufferedBytes() <= 24 ? passage.decoder.bufferedBytes() : 0;
    }

    private static StreamWriter pvh() {
        return new StreamWriter(1).start(DomainKind.PVH).pages(1, 2);
    }

    private static StreamWriter pv() {
        return new StreamWriter(1).start(DomainKind.PV);
    }

    private static StreamWriter pvInfo(int width, int levels, int reserved) {
        return new StreamWriter(1)
                .headers(DomainKind.PV)
                .record(2, new byte[] {(byte) width, (byte) levels, (byte) reserved, 0, 0, 0, 0, 0});
    }

    private static StreamWriter pvStatic() {
        return pvInfo(8, 4, 0).record(0x10, new byte[0]);
    }

    private static StreamWriter pvVcpus() {
        return pv().pages(1).record(0x8, new byte[24]).record(0x7, new byte[4096]);
    }

    private static StreamWriter afterInner(DomainKind kind, String xenstore) {
        return new StreamWriter(1)
                .start(kind)
                .pages(1)
                .record(0x8, new byte[24])
                .record(0x9, new byte[8])
                .record(0, new byte[0])
                .record(kind == DomainKind.HVM ? 2 : 3, StreamWriter.emulator(xenstore));
    }

    private static byte[] le(int... words) {
        byte[] bytes = new byte[4 * words.length];
        java.nio.ByteBuffer.wrap(bytes)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .put(words);
        return bytes;
    }
}
