/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.vmcoupler.hypervisor.DomainKind;

/**
 * Writes streams as Xen's tools do, legal ones in one call, illegal ones piece by piece. Written from the specification and shares no code with
 * the decoder under test. The buffer lives on the heap and needs no release.
 */
public final class StreamWriter {
    private static final int[] LIBXC_PV_VCPU = {0x4, 0x5, 0x6, 0xC};
    private static final int[] PV_VCPU_BYTES = {5168, 128, 2696, 48};

    private final ByteBuf out = Unpooled.buffer();
    private final Random random;

    public StreamWriter(long seed) {
        random = new Random(seed);
    }

    /** Returns a legal stream: one round over all pages in batches, then a short final round. */
    public static byte[] legal(DomainKind kind, int pages, long seed) {
        StreamWriter writer = new StreamWriter(seed).start(kind);
        for (int first = 0; first < pages; first += 1024) {
            writer.batch(kind, first, Math.min(1024, pages - first));
        }
        return writer.batch(kind, 0, Math.min(3, pages)).end(kind).bytes();
    }

    public StreamWriter start(DomainKind kind) {
        headers(kind);
        if (kind == DomainKind.PV) {
            record(0x2, new byte[] {8, 4, 0, 0, 0, 0, 0, 0});
        }
        record(0x11, random(72));
        record(0x12, new byte[32]);
        record(0x10, new byte[0]);
        if (kind == DomainKind.PV) {
            p2m(1023, 2);
        }
        return this;
    }

    public StreamWriter headers(DomainKind kind) {
        out.writeBytes("LibxlFmt".getBytes(StandardCharsets.US_ASCII))
                .writeInt(2)
                .writeInt(0);
        record(0x1, new byte[0]);
        out.writeLong(-1).writeInt(0x58454E46).writeInt(3).writeLong(0);
        out.writeIntLE(kind == DomainKind.PV ? 1 : 2)
                .writeIntLE(12)
                .writeIntLE(4)
                .writeIntLE(17);
        return this;
    }

    public StreamWriter p2m(int endPfn, int frames) {
        out.writeIntLE(0x3).writeIntLE(8 + 8 * frames).writeIntLE(0).writeIntLE(endPfn);
        for (int i = 0; i < frames; i++) {
            out.writeLongLE(i + 1);
        }
        return this;
    }

    /** Writes pages of every legal type: some random, some zero, some without data. */
    public StreamWriter batch(DomainKind kind, int first, int count) {
        long[] entries = new long[count];
        for (int i = 0; i < count; i++) {
            long[] types = kind == DomainKind.PV ? new long[] {0, 0, 0, 1, 0xC, 0xF} : new long[] {0, 0, 0, 0xF};
            entries[i] = types[random.nextInt(types.length)] << 60 | (first + i);
        }
        return pages(entries);
    }

    public StreamWriter pages(long... entries) {
        ByteBuf data = Unpooled.buffer();
        for (long entry : entries) {
            if (entry >>> 60 < 0xD) {
                data.writeBytes(random.nextBoolean() ? new byte[4096] : random(4096));
            }
        }
        out.writeIntLE(0x1).writeIntLE(8 + 8 * entries.length + data.readableBytes());
        out.writeIntLE(entries.length).writeIntLE(0);
        for (long entry : entries) {
            out.writeLongLE(entry);
        }
        out.writeBytes(data);
        return this;
    }

    public StreamWriter end(DomainKind kind) {
        byte[] tsc = random(24);
        tsc[20] = tsc[21] = tsc[22] = tsc[23] = 0;
        record(0x8, tsc);
        if (kind == DomainKind.PV) {
            record(0x7, random(4096));
            vcpu(0);
            vcpu(1);
        } else {
            record(0x9, random(3333));
            record(0xA, hvmParams(1, 17, 12));
        }
        record(0x0, new byte[0]);
        if (kind == DomainKind.HVM) {
            record(0x2, emulator("physmap/f0000000/start_addr\0" + "fd000000\0physmap/f0000000/name\0vga.vram\0"));
            record(0x3, emulator("qemu state"));
        }
        return record(0x0, new byte[0]);
    }

    public StreamWriter vcpu(int id) {
        for (int i = 0; i < LIBXC_PV_VCPU.length; i++) {
            vcpuPart(LIBXC_PV_VCPU[i], id, PV_VCPU_BYTES[i]);
        }
        return this;
    }

    public StreamWriter vcpuPart(int type, int id, int bytes) {
        return record(
                type,
                Unpooled.buffer()
                        .writeIntLE(id)
                        .writeIntLE(0)
                        .writeBytes(random(bytes))
                        .array(),
                8 + bytes);
    }

    public static byte[] hvmParams(long... indexes) {
        ByteBuf body = Unpooled.buffer(8 + 16 * indexes.length);
        body.writeIntLE(indexes.length).writeIntLE(0);
        for (long index : indexes) {
            body.writeLongLE(index).writeLongLE(0xFEFF8);
        }
        return body.array();
    }

    public static byte[] emulator(String data) {
        ByteBuf body = Unpooled.buffer(8 + data.length());
        body.writeIntLE(2).writeIntLE(0).writeBytes(data.getBytes(StandardCharsets.US_ASCII));
        return body.array();
    }

    public StreamWriter record(int type, byte[] body) {
        return record(type, body, body.length);
    }

    private StreamWriter record(int type, byte[] body, int length) {
        out.writeIntLE(type).writeIntLE(length).writeBytes(body, 0, length);
        out.writeZero(-length & 7);
        return this;
    }

    public StreamWriter raw(byte... bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public byte[] bytes() {
        byte[] bytes = new byte[out.readableBytes()];
        out.getBytes(out.readerIndex(), bytes);
        return bytes;
    }

    private byte[] random(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
