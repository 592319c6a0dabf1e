/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vmcoupler.hypervisor.DomainKind;

class StreamCountersTest {

    @Test
    void countsPagesByKindAndRounds() throws Exception {
        byte[] stream = new StreamWriter(3)
                .start(DomainKind.PV)
                .pages(1, 2, 0xF000_0000_0000_0003L, 0xE000_0000_0000_0004L, 0xD000_0000_0000_0005L)
                .pages(6, 0x1000_0000_0000_0007L, 0x9000_0000_0000_0008L)
                .pages(2, 9)
                .pages(9)
                .bytes();
        try (Passage passage = Passage.of(DomainKind.PV)) {
            passage.pass(stream, new Random(1), 1000);
            StreamCounts counts = passage.counters.snapshot();
            assertEquals(8, counts.pagesWithData());
            assertEquals(2, counts.pageTables());
            assertEquals(1, counts.invalid());
            assertEquals(1, counts.allocateOnly());
            assertEquals(1, counts.broken());
            assertEquals(3, counts.rounds());
            assertEquals(1, counts.pagesInRound());
        }
    }
}
