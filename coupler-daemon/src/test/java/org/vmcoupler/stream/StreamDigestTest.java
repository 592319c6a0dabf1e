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
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamDigestTest {
    private static final BigInteger PRIME = BigInteger.valueOf(StreamDigest.PRIME);
    private static final BigInteger WORD = BigInteger.valueOf(0xFFFF_FFFFL);

    @Test
    void isTheSumsAndPolynomialsOfItsDefinition() throws Exception {
        for (int seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            byte[] key = bytes(random, 32);
            byte[] data = bytes(random, random.nextInt(40_000));
            ByteBuffer keys = keys(key);
            String expected = String.format(
                    Locale.ROOT,
                    "%016x%016x",
                    polynomial(data, keys.getLong(0), keys.slice(32, 2048)),
                    polynomial(data, keys.getLong(8), keys.slice(32 + 2048, 2048)));
            assertEquals(expected, digest(key, data).hex(), "seed " + seed);
        }
    }

    @Test
    void doesNotDependOnThePieces() {
        Random random = new Random(1);
        byte[] data = bytes(random, 100_001);
        String whole = digest(new byte[32], data).hex();
        for (int pieceMax : new int[] {1, 9, 1024, 3000, 50_000}) {
            StreamDigest pieces = new StreamDigest(new byte[32]);
            for (int at = 0; at < data.length; ) {
                int piece = Math.min(1 + random.nextInt(pieceMax), data.length - at);
                int half = piece / 2;
                pieces.update(Unpooled.wrappedBuffer(
                        Unpooled.copiedBuffer(data, at, half), Unpooled.copiedBuffer(data, at + half, piece - half)));
                at += piece;
            }
            assertEquals(whole, pieces.hex(), "pieces of at most " + pieceMax);
            assertEquals(data.length, pieces.lengthBytes());
        }
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
        assertThrows(IllegalArgumentException.class, () -> digest(new byte[31], data));
    }

    @Test
    void seesTwoBlocksThatChangePlaces() {
        byte[] data = bytes(new Random(1), 4096);
        byte[] swapped = data.clone();
        System.arraycopy(data, 0, swapped, 2048, 2048);
        System.arraycopy(data, 2048, swapped, 0, 2048);
        assertNotEquals(
                digest(new byte[32], data).hex(), digest(new byte[32], swapped).hex());
    }

    private static StreamDigest digest(byte[] key, byte[] data) {
        StreamDigest digest = new StreamDigest(key);
        digest.update(Unpooled.wrappedBuffer(data));
        return digest;
    }

    private static ByteBuffer keys(byte[] key) throws Exception {
        ByteBuffer keys = ByteBuffer.allocate(32 + 4096);
        for (long i = 0; keys.hasRemaining(); i++) {
            ByteBuffer input = ByteBuffer.allocate(40).put(key).putLong(i);
            keys.put(MessageDigest.getInstance("SHA-256").digest(input.array()));
        }
        return keys.flip();
    }

    /** The definition, word by word in big numbers; {@code keys} holds the keys of even words, then those of odd words. */
    private static long polynomial(byte[] data, long bits, ByteBuffer keys) {
        long two = 2;
        BigInteger point = BigInteger.valueOf(Math.floorMod(bits & Long.MAX_VALUE, StreamDigest.PRIME - two) + two);
        BigInteger value = BigInteger.ONE;
        byte[] padded = Arrays.copyOf(data, (data.length + 1023) / 1024 * 1024);
        ByteBuffer words = ByteBuffer.wrap(padded).order(ByteOrder.LITTLE_ENDIAN);
        while (words.hasRemaining()) {
            BigInteger sum = BigInteger.ZERO;
            for (int i = 0; i < 128; i++) {
                BigInteger even = unsigned(keys.getLong(8 * i)).add(BigInteger.valueOf(words.getInt() & 0xFFFF_FFFFL));
                BigInteger odd =
                        unsigned(keys.getLong(1024 + 8 * i)).add(BigInteger.valueOf(words.getInt() & 0xFFFF_FFFFL));
                sum = sum.add(even.multiply(odd));
            }
            value = fold(value, point, sum);
        }
        return fold(value, point, BigInteger.valueOf(data.length)).longValueExact();
    }

    private static BigInteger fold(BigInteger value, BigInteger point, BigInteger sum) {
        BigInteger low = sum.and(WORD);
        BigInteger high = sum.shiftRight(32).and(WORD);
        return value.multiply(point).add(low).multiply(point).add(high).mod(PRIME);
    }

    private static BigInteger unsigned(long bits) {
        return new BigInteger(Long.toUnsignedString(bits));
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
