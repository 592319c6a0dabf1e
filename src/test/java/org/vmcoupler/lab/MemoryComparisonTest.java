/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryComparisonTest {

    @Test
    void equalPagesAndHolesAreEqual() {
        String list = "0 0 aa\n1 0 bb\n2-4 hole\n";
        MemoryComparison result = MemoryComparison.of(list, list);
        assertEquals(2, result.compared());
        assertEquals(0, result.differing().size());
    }

    @Test
    void aChangedPageAndAPageThatBecameAHoleDiffer() {
        MemoryComparison result = MemoryComparison.of("0 0 aa\n1 0 bb\n", "0 0 ab\n1-1 hole\n");
        assertEquals(2, result.differing().size());
    }

    @Test
    void onlyReasonsOfTheClosedListExcuse() {
        MemoryComparison result = MemoryComparison.of("0 0 aa store\n1 0 bb whim\n", "0 0 ab store\n1 0 bc whim\n");
        assertEquals(Map.of("store", 1), result.excepted());
        assertEquals(1, result.differing().size());
    }

    @Test
    void anotherTextIsRefused() {
        assertThrows(AssertionError.class, () -> MemoryComparison.of("memhash: no such domain\n", "what\n"));
    }
}
