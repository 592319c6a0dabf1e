/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MemoryComparisonTest {

    @Test
    void equalPagesAndHolesAreEqual() {
        String list = "0 0 aa\n1 0 bb\n2-4 hole\n";
        MemoryComparison result = compare(list, list);
        assertEquals(2, result.compared());
        assertEquals(0, result.differing().size());
    }

    @Test
    void aChangedPageAndAPageThatBecameAHoleDiffer() {
        MemoryComparison result = compare("0 0 aa\n1 0 bb\n", "0 0 ab\n1-1 hole\n");
        assertEquals(2, result.differing().size());
    }

    @ParameterizedTest
    @EnumSource
    void aPageOfTheListMayDifferAndIsCountedOnlyIfItDoes(PageException reason) {
        String word = " " + reason.word() + "\n";
        MemoryComparison result = compare("0 0 aa" + word + "1 0 bb" + word, "0 0 ab" + word + "1 0 bb" + word);
        assertEquals(Map.of(reason, 1), result.excepted());
        assertEquals(Set.of(reason), result.named());
        assertEquals(1, result.compared());
        assertEquals(List.of(), result.differing());
    }

    @Test
    void aReasonThatOnlyOneSideKnowsExcuses() {
        assertEquals(
                Map.of(PageException.P2M_LEAF, 1),
                compare("0 0 aa p2m-leaf\n", "0-0 hole\n").excepted());
    }

    @Test
    void aReasonThatIsNoneOfTheListFailsEvenWhereThePagesAreEqual() {
        MemoryComparison result = compare("0 0 aa whim\n1 0 bb whim\n", "0 0 aa whim\n1 0 bc whim\n");
        assertEquals(Map.of(), result.excepted());
        assertEquals(2, result.differing().size());
    }

    @Test
    void aPageThatEachSideTakesForSomethingElseFails() {
        assertEquals(
                1, compare("0 0 aa store\n", "0 0 ab console\n").differing().size());
    }

    @Test
    void aTableThatXenHasForgottenIsComparedAsTheTableThatItWas() {
        String tables = "0 1 aa\n1 c bb\n2 4 cc\n3 1 dd\n";
        assertEquals(
                0,
                compare(tables, "0 0 11/aa/22\n1 0 11/22/bb\n2 c cc\n3 0 dd\n")
                        .differing()
                        .size());
        assertEquals(
                4,
                compare(tables, "0 0 11/22/aa\n1 0 11/bb/22\n2 c c1/cc/cc\n3 0 d1\n")
                        .differing()
                        .size());
    }

    @Test
    void aPageThatWasNoTableIsNotComparedAsOne() {
        assertEquals(
                2,
                compare("0 0 aa\n1 0 aa\n", "0 0 11/aa/aa\n1 1 bb\n")
                        .differing()
                        .size());
    }

    @Test
    void everyDigitOfAHashCounts() {
        String hash = "a".repeat(64);
        for (int i = 0; i < 64; i++) {
            String flipped = hash.substring(0, i) + "b" + hash.substring(i + 1);
            assertEquals(
                    1,
                    MemoryComparison.of("0 0 " + hash + "\n", "0 0 " + flipped + "\n")
                            .differing()
                            .size());
        }
    }

    @Test
    void halfAHashIsRefused() {
        String half = "0 0 " + "a".repeat(32) + "\n";
        assertThrows(AssertionError.class, () -> MemoryComparison.of(half, half));
    }

    /** Compares lists in which two digits stand for a hash. */
    private static MemoryComparison compare(String source, String destination) {
        return MemoryComparison.of(whole(source), whole(destination));
    }

    private static String whole(String list) {
        return Pattern.compile("\\b[0-9a-f]{2}\\b").matcher(list).replaceAll(digits -> digits.group()
                .repeat(32));
    }

    @Test
    void anotherTextIsRefused() {
        assertThrows(AssertionError.class, () -> compare("memhash: no such domain\n", "what\n"));
    }
}
