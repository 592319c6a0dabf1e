/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vmcoupler.hypervisor.DomainKind;

/**
 * Mutated legal streams: decoding ends, throws nothing but {@link StreamFormatException}, holds no more than its bound, and emits a prefix of
 * what was fed in. {@code -Dfuzz.seed=N} replays one case of each kind, {@code -Dfuzz.cases=N} runs more.
 */
class StreamFuzzTest {
    private static final int CASES = Integer.getInteger("fuzz.cases", 400);

    @ParameterizedTest
    @EnumSource
    void mutatedStreamsPassUnchangedOrAreRefused(DomainKind kind) {
        Integer only = Integer.getInteger("fuzz.seed");
        int refused = 0;
        for (int seed = only == null ? 0 : only; seed < (only == null ? CASES : only + 1); seed++) {
            try {
                refused += refuses(kind, seed) ? 1 : 0;
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(kind + ": replay with -Dfuzz.seed=" + seed, e);
            }
        }
        assertTrue(only != null || refused > CASES / 4, "only " + refused + " mutants were refused");
    }

    private static boolean refuses(DomainKind kind, int seed) {
        Random random = new Random(seed);
        byte[] mutant = mutate(StreamWriter.legal(kind, 1 + random.nextInt(6), seed), random);
        try (Passage passage = Passage.of(kind)) {
            try {
                byte[] emitted = passage.pass(mutant, random, 5000);
                assertArrayEquals(Arrays.copyOf(mutant, emitted.length), emitted);
                assertTrue(passage.decoder.bufferedBytes() <= StreamDecoder.BUFFERED_BYTES_MAX);
                return false;
            } catch (StreamFormatException e) {
                assertTrue(e.offsetBytes() >= 0 && e.offsetBytes() <= mutant.length);
                return true;
            }
        }
    }

    private static byte[] mutate(byte[] stream, Random random) {
        byte[] mutant = stream.clone();
        int mutations = 1 + random.nextInt(3);
        for (int i = 0; i < mutations; i++) {
            // Most bytes are page data, where any value is legal: aim at the structure at both ends more often.
            int bound = random.nextBoolean() ? Math.min(mutant.length, 400) : mutant.length;
            int at = random.nextInt(3) == 0 ? mutant.length - 1 - random.nextInt(bound) : random.nextInt(bound);
            switch (random.nextInt(4)) {
                case 0 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> mutant[at] = (byte) random.nextInt(256);
                case 2 -> mutant = cut(mutant, at, random);
                default -> mutant = copied(mutant, at, random);
            }
        }
        return mutant;
    }

    private static byte[] cut(byte[] bytes, int at, Random random) {
        int length = Math.min(bytes.length - at, 8 * (1 + random.nextInt(6)));
        byte[] shorter = new byte[Math.max(1, bytes.length - length)];
        System.arraycopy(bytes, 0, shorter, 0, Math.min(at, shorter.length));
        System.arraycopy(bytes, at + length, shorter, at, Math.max(0, bytes.length - at - length));
        return shorter;
    }

    private static byte[] copied(byte[] bytes, int at, Random random) {
        int length = Math.min(bytes.length - at, 8 * (1 + random.nextInt(6)));
        byte[] longer = Arrays.copyOf(bytes, bytes.length + length);
        System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
        return longer;
    }
}
