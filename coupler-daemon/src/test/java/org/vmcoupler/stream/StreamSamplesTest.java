/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.vmcoupler.hypervisor.DomainKind;

/**
 * Streams recorded in the lab, shortened to a few pages, under {@code src/test/resources/streams/KIND-NAME.bin} (its README says how they are
 * made); each must pass byte for byte.
 */
class StreamSamplesTest {
    private static final Path FOLDER = Path.of("src/test/resources/streams");

    @TestFactory
    List<DynamicTest> recordedStreamsPassByteForByte() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<Path> samples = files.filter(file -> file.toString().endsWith(".bin"))
                    .sorted()
                    .toList();
            for (String kind : List.of("pv-", "pvh-", "hvm-")) {
                assertTrue(
                        samples.stream()
                                .anyMatch(s -> s.getFileName().toString().startsWith(kind)),
                        "no recorded stream of a domain of kind " + kind);
            }
            return samples.stream()
                    .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> passes(file)))
                    .toList();
        }
    }

    private static void passes(Path file) throws IOException {
        String name = file.getFileName().toString();
        DomainKind kind =
                DomainKind.valueOf(name.substring(0, name.indexOf('-')).toUpperCase(Locale.ROOT));
        byte[] recorded = Files.readAllBytes(file);
        assertTrue(recorded.length <= 200_000, "a sample is to be small: " + recorded.length + " bytes");
        try (Passage passage = Passage.of(kind)) {
            assertArrayEquals(recorded, passage.pass(recorded, new Random(1), 4000));
            assertTrue(passage.decoder.isComplete());
        }
    }
}
