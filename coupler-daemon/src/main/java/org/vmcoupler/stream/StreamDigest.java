/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/**
 * Fingerprint of a stream, to tell that both ends passed on the same bytes. One thread.
 *
 * <p>The stream, padded with zeros, is cut into blocks of {@value #BLOCK_BYTES} bytes. A block of 32-bit little-endian words m gives, for each of
 * two independent keys k, the sum of (k[2i] + m[2i]) * (k[2i+1] + m[2i+1]) modulo 2^64. The two rows of sums, each cut into 32-bit words, lower
 * one first, and followed by the length of the stream in the same form, are the coefficients of two polynomials, evaluated modulo the prime
 * 2^61 - 1 at two secret points.
 *
 * <p>Two blocks that differ agree under one key with a probability of at most 2^-33: with the others fixed, one key's word has a factor that is not
 * zero and below 2^32 in size, so at most 2^31 of its 2^64 values fit. Two streams of n blocks agree with at most (2^-33 + (2n + 2) / 2^61)^2, that
 * is below 2^-64 up to 64 GiB, also when a guest chose the bytes, as it does not know the key. A cryptographic hash would not say more here (who
 * knows the key may forge, but a peer can lie about any digest) and costs many times as much processor time, which pre-copy needs.
 *
 * <p>Source: T. Krovetz, UMAC, RFC 4418 (2006), section 5.2 (NH, then a polynomial); D. Lemire and O. Kaser, Strongly universal string hashing is
 * fast, The Computer Journal 57 (2014), "Multilinear-HM", for keys of 64 bits; J. L. Carter and M. N. Wegman, Universal Classes of Hash Functions,
 * JCSS 18 (1979).
 */
public final class StreamDigest {
    static final long PRIME = (1L << 61) - 1;
    static final int BLOCK_BYTES = 1024;

    private static final int BLOCK_LONGS = BLOCK_BYTES / Long.BYTES;
    /** How much is copied out of a buffer at once: reading it long by long costs more than the sums when only C1 compiles. */
    private static final int BATCH_LONGS = 16 * BLOCK_LONGS;

    private static final long LOW = 0xFFFF_FFFFL;

    private final DigestKeys keys;
    private final long[] batch = new long[BATCH_LONGS];
    private final ByteBuffer partial = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    // Starting at one, not zero, makes words of zero at the front count.
    private long a = 1;
    private long b = 1;
    private long lengthBytes;

    /**
     * Makes the digest of no bytes.
     *
     * @param key 32 bytes, unpredictable for guests and the same at both ends; not kept
     */
    public StreamDigest(byte[] key) {
        keys = DigestKeys.of(key, BLOCK_LONGS);
    }

    /** Adds the readable bytes of {@code buffer}, any number of them, whose indexes stay. */
    public void update(ByteBuf buffer) {
        lengthBytes += buffer.readableBytes();
        if (buffer.nioBufferCount() == 1) {
            update(buffer.nioBuffer());
        } else {
            for (ByteBuffer part : buffer.nioBuffers()) {
                update(part);
            }
        }
    }

    /** Returns the digest of all bytes so far as 32 lower-case hex digits; more bytes may follow. */
    public String hex() {
        long keptA = a;
        long keptB = b;
        if (partial.position() > 0) {
            long[] last = new long[BLOCK_LONGS];
            ByteBuffer padded = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            padded.put(partial.duplicate().flip()).clear();
            padded.asLongBuffer().get(last);
            block(last, 0);
        }
        String hex = String.format(
                Locale.ROOT, "%016x%016x", fold(a, keys.pointA(), lengthBytes), fold(b, keys.pointB(), lengthBytes));
        a = keptA;
        b = keptB;
        return hex;
    }

    /** Returns how many bytes were added. */
    public long lengthBytes() {
        return lengthBytes;
    }

    private void update(ByteBuffer part) {
        if (partial.position() > 0) {
            fill(part);
        }
        part.order(ByteOrder.LITTLE_ENDIAN);
        while (part.remaining() >= BLOCK_BYTES) {
            int longs = Math.min(BATCH_LONGS, part.remaining() / BLOCK_BYTES * BLOCK_LONGS);
            part.asLongBuffer().get(batch, 0, longs);
            part.position(part.position() + longs * Long.BYTES);
            blocks(longs);
        }
        partial.put(part);
    }

    /** Adds to the block that was begun, and takes it once it is whole. */
    private void fill(ByteBuffer part) {
        int bytes = Math.min(partial.remaining(), part.remaining());
        partial.put(part.slice(part.position(), bytes));
        part.position(part.position() + bytes);
        if (!partial.hasRemaining()) {
            partial.clear();
            partial.asLongBuffer().get(batch, 0, BLOCK_LONGS);
            blocks(BLOCK_LONGS);
        }
    }

    private void blocks(int longs) {
        for (int from = 0; from < longs; from += BLOCK_LONGS) {
            block(batch, from);
        }
    }

    /** Takes one block. Both sums in one loop, as the words are loaded and cut once: measured, it saves a third. */
    private void block(long[] words, int from) {
        long[] evenA = keys.evenA();
        long[] oddA = keys.oddA();
        long[] evenB = keys.evenB();
        long[] oddB = keys.oddB();
        long sumA = 0;
        long sumB = 0;
        for (int i = 0; i < BLOCK_LONGS; i++) {
            long pair = words[from + i];
            long even = pair & LOW;
            long odd = pair >>> 32;
            sumA += (evenA[i] + even) * (oddA[i] + odd);
            sumB += (evenB[i] + even) * (oddB[i] + odd);
        }
        a = fold(a, keys.pointA(), sumA);
        b = fold(b, keys.pointB(), sumB);
    }

    private static long fold(long value, long point, long sum) {
        return step(step(value, point, sum & LOW), point, sum >>> 32);
    }

    /** Returns (value * point + word) modulo the prime; value and point are below it. */
    private static long step(long value, long point, long word) {
        long high = Math.multiplyHigh(value, point);
        long low = value * point;
        // 2^61 is 1 modulo the prime, so the product's upper 61 bits are added to its lower 61.
        long sum = (low & PRIME) + ((high << 3) | (low >>> 61)) + word;
        sum = (sum & PRIME) + (sum >>> 61);
        return sum >= PRIME ? sum - PRIME : sum;
    }
}
