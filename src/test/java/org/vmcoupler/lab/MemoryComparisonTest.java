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
    void aTableThatXenHasForgottenIsComparedAsTheTableThatItWas() {
        String tables = "0 1 aa\n1 c bb\n2 4 cc\n3 1 dd\n";
        assertEquals(
                0,
                MemoryComparison.of(tables, "0 0 11/aa/22\n1 0 11/22/bb\n2 c cc\n3 0 dd\n")
                        .differing()
                        .size());
        assertEquals(
                4,
                MemoryComparison.of(tables, "0 0 11/22/aa\n1 0 11/bb/22\n2 c c1/cc/cc\n3 0 d1\n")
                        .differing()
                        .size());
    }

    @Test
    void aPageThatWasNoTableIsNotComparedAsOne() {
        assertEquals(
                2,
                MemoryComparison.of("0 0 aa\n1 0 aa\n", "0 0 11/aa/aa\n1 1 bb\n")
                        .differing()
                        .size());
    }

    @Test
    void anotherTextIsRefused() {
        assertThrows(AssertionError.class, () -> MemoryComparison.of("memhash: no such domain\n", "what\n"));
    }
}
