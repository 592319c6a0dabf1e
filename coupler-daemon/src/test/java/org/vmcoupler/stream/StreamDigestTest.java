/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.Unpooled;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamDigestTest {
    private static final BigInteger PRIME = BigInteger.valueOf(StreamDigest.PRIME);

    @Test
    void isThePolynomialOfItsDefinition() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            byte[] key = bytes(random, 32);
            byte[] data = bytes(random, 4 * random.nextInt(100));
            StreamDigest digest = new StreamDigest(key);
            digest.update(Unpooled.wrappedBuffer(data));
            ByteBuffer words = ByteBuffer.wrap(key);
            String expected = String.format(
                    Locale.ROOT,
                    "%016x%016x",
                    polynomial(data, words.getLong(0) ^ words.getLong(8)),
                    polynomial(data, words.getLong(16) ^ words.getLong(24)));
            assertEquals(expected, digest.hex(), "seed " + seed);
        }
    }

    @Test
    void doesNotDependOnThePieces() {
        byte[] data = bytes(new Random(1), 400);
        StreamDigest whole = new StreamDigest(new byte[32]);
        whole.update(Unpooled.wrappedBuffer(data));
        StreamDigest pieces = new StreamDigest(new byte[32]);
        pieces.update(Unpooled.wrappedBuffer(data, 0, 36));
        pieces.update(
                Unpooled.wrappedBuffer(Unpooled.copiedBuffer(data, 36, 64), Unpooled.copiedBuffer(data, 100, 300)));
        assertEquals(whole.hex(), pieces.hex());
        assertEquals(400, pieces.lengthBytes());
    }

    @Test
    void seesOneBitAZeroWordAndAnotherKey() {
        byte[] data = bytes(new Random(1), 400);
        StreamDigest base = digest(new byte[32], data);
        data[123] ^= 1;
        assertNotEquals(base.hex(), digest(new byte[32], data).hex());
        assertNotEquals(
                digest(new byte[32], new byte[0]).hex(),
                digest(new byte[32], new byte[4]).hex());
        assertNotEquals(base.hex(), digest(bytes(new Random(2), 32), data).hex());
        assertThrows(IllegalArgumentException.class, () -> digest(new byte[32], new byte[5]));
    }

    private static StreamDigest digest(byte[] key, byte[] data) {
        StreamDigest digest = new StreamDigest(key);
        digest.update(Unpooled.wrappedBuffer(data));
        return digest;
    }

    private static long polynomial(byte[] data, long bits) {
        long two = 2;
        BigInteger point = BigInteger.valueOf(Math.floorMod(bits & Long.MAX_VALUE, StreamDigest.PRIME - two) + two);
        BigInteger value = BigInteger.ONE;
        ByteBuffer words = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        while (words.hasRemaining()) {
            long word = words.getInt() & 0xFFFF_FFFFL;
            value = value.multiply(point).add(BigInteger.valueOf(word)).mod(PRIME);
        }
        return value.longValueExact();
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
