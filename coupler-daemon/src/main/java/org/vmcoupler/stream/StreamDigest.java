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
 * <p>It is a polynomial over the 32-bit words of the stream, evaluated modulo the prime 2^61 - 1 at two points drawn from a key that both ends
 * share and nobody else knows. Two different streams of n words agree with a probability of at most (n / 2^61)^2, that is 2^-66 for a stream of
 * 1 GiB, also when a guest chose the bytes, as it does not know the key. A cryptographic hash would not say more here (who knows the key
 * may forge, but a peer can lie about any digest) and costs several times as much processor time, which pre-copy needs.
 *
 * <p>Source: J. L. Carter and M. N. Wegman, Universal Classes of Hash Functions, JCSS 18 (1979); polynomial evaluation as in D. J. Bernstein,
 * The Poly1305-AES message-authentication code (2005), section 3.
 */
public final class StreamDigest {
    static final long PRIME = (1L << 61) - 1;

    private final long pointA;
    private final long pointB;
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
        if (key.length != 32) {
            throw new IllegalArgumentException("key of " + key.length + " bytes instead of 32");
        }
        ByteBuffer words = ByteBuffer.wrap(key);
        pointA = point(words.getLong(0) ^ words.getLong(8));
        pointB = point(words.getLong(16) ^ words.getLong(24));
    }

    /**
     * Adds the readable bytes of {@code buffer}, whose indexes stay.
     *
     * @param buffer holds a multiple of 4 bytes, as all pieces of a stream do
     */
    public void update(ByteBuf buffer) {
        int length = buffer.readableBytes();
        if (length % 4 != 0) {
            throw new IllegalArgumentException("piece of " + length + " bytes is not a multiple of 4");
        }
        if (buffer.nioBufferCount() == 1) {
            update(buffer.nioBuffer());
        } else {
            for (ByteBuffer part : buffer.nioBuffers()) {
                update(part);
            }
        }
    }

    /** Returns the digest of all bytes so far as 32 lower-case hex digits. */
    public String hex() {
        return String.format(Locale.ROOT, "%016x%016x", a, b);
    }

    /** Returns how many bytes were added. */
    public long lengthBytes() {
        return lengthBytes;
    }

    private void update(ByteBuffer part) {
        ByteBuffer words = part.order(ByteOrder.LITTLE_ENDIAN);
        long x = a;
        long y = b;
        int end = words.limit();
        for (int i = words.position(); i < end; i += Integer.BYTES) {
            long word = words.getInt(i) & 0xFFFF_FFFFL;
            x = step(x, pointA, word);
            y = step(y, pointB, word);
        }
        a = x;
        b = y;
        lengthBytes += words.remaining();
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

    private static long point(long bits) {
        return Math.floorMod(bits & Long.MAX_VALUE, PRIME - 2) + 2;
    }
}
