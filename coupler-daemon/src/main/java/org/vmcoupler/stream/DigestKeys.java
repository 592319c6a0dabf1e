/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The secrets of a {@link StreamDigest}, drawn out of its short key: SHA-256 over key and a 64-bit big-endian counter from 0 on, read as big-endian
 * longs in the order of the components. Immutable by convention: nobody writes to the arrays.
 *
 * @param pointA where the first polynomial is evaluated, 2 to 2^61 - 2
 * @param pointB the same of the second
 * @param evenA keys of the words with an even index for the first row of sums
 * @param oddA keys of the words with an odd index
 * @param evenB the same for the second row
 * @param oddB the same for the second row
 */
@SuppressWarnings("ArrayRecordComponent") // compared with nothing, and package-private
record DigestKeys(long pointA, long pointB, long[] evenA, long[] oddA, long[] evenB, long[] oddB) {

    static DigestKeys of(byte[] key, int pairs) {
        if (key.length != 32) {
            throw new IllegalArgumentException("key of " + key.length + " bytes instead of 32");
        }
        // Points take a whole block of 32 bytes, of which the second half stays unused.
        ByteBuffer drawn = drawn(key, 32 + 4 * pairs * Long.BYTES);
        long pointA = point(drawn.getLong(0));
        long pointB = point(drawn.getLong(8));
        drawn.position(32);
        return new DigestKeys(
                pointA, pointB, longs(drawn, pairs), longs(drawn, pairs), longs(drawn, pairs), longs(drawn, pairs));
    }

    private static ByteBuffer drawn(byte[] key, int bytes) {
        MessageDigest sha;
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        ByteBuffer drawn = ByteBuffer.allocate(bytes);
        for (long counter = 0; drawn.hasRemaining(); counter++) {
            sha.update(key);
            drawn.put(
                    sha.digest(ByteBuffer.allocate(Long.BYTES).putLong(counter).array()));
        }
        return drawn.flip();
    }

    private static long[] longs(ByteBuffer from, int count) {
        long[] longs = new long[count];
        from.asLongBuffer().get(longs);
        from.position(from.position() + count * Long.BYTES);
        return longs;
    }

    private static long point(long bits) {
        return Math.floorMod(bits & Long.MAX_VALUE, StreamDigest.PRIME - 2) + 2;
    }
}
