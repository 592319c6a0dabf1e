/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MixedTest {

    private static final List<MixedKind> ALL = List.of(MixedKind.values());

    @ParameterizedTest
    @ValueSource(ints = {5, 7, 10, 13, 100})
    void everyKindHasATurnAndNoMoveIsLost(int wanted) {
        List<Mixed.Turn> turns = Mixed.turns(wanted, ALL);
        Set<MixedKind> moved = turns.stream().map(Mixed.Turn::kind).collect(Collectors.toSet());
        assertEquals(EnumSet.allOf(MixedKind.class), moved);
        assertEquals(wanted, turns.stream().mapToInt(Mixed.Turn::moves).sum());
    }

    @Test
    void tenMovesAreThereAndBackForEach() {
        assertTrue(Mixed.turns(10, ALL).stream().allMatch(turn -> turn.moves() == 2));
    }

    @Test
    void oneKindHasTwoTurns() {
        List<MixedKind> one = List.of(MixedKind.BUSY);
        assertEquals(
                List.of(new Mixed.Turn(MixedKind.BUSY, 1), new Mixed.Turn(MixedKind.BUSY, 1)), Mixed.turns(2, one));
        assertThrows(IllegalArgumentException.class, () -> Mixed.turns(1, one));
    }
}
