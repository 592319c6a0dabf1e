/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The main job, there and back. */
@OnXenLab
@Order(1)
class RoundTripXenIT {

    private static final int MOVES = 10;
    private static final int VERIFIED = 2;

    private static final String DEFAULT_WEIGHT = "256 ";

    private final Lab lab = Lab.ofThisMachine();

    @Test
    @Order(1)
    void tenMovesOfATargetWithTwoVcpusThatHasGivenMemoryBackLoseNothingAndLeaveNothingBehind() {
        Pair moved = check(TargetKind.pair(lab, TargetKind.TWO_VCPUS, TargetKind.BALLOONED));
        assertEquals(2, moved.onlineVcpus());
    }

    @Test
    @Order(2)
    void theCommandSaysTheSameAsTheDaemon() {
        Pair pair = PairFixture.any(lab);
        ProcessRun unknown = pair.here().run("vmcoupler migrate nobody " + pair.there() + " --json");
        assertEquals(10, unknown.exitCode(), unknown::toString);
        assertTrue(unknown.out().contains("UNKNOWN_DOMAIN"), unknown::toString);
    }

    private Pair check(Pair pair) {
        RoundTrips trips = new RoundTrips(lab, VERIFIED);
        List<String> shares = pair.cpuShares();
        assertTrue(
                !shares.get(1).startsWith(DEFAULT_WEIGHT), () -> "its weight could not be seen to be kept: " + shares);
        Pair moved = trips.run(pair, MOVES);
        assertEquals(shares, moved.cpuShares());
        JsonNode figures = trips.figures();
        assertEquals(MOVES, figures.path("completed").asInt(), figures::toString);
        assertEquals(0, figures.path("counterGaps").asInt(), figures::toString);
        assertEquals(0, figures.path("pagesDiffering").asInt(), figures::toString);
        assertTrue(figures.path("pagesCompared").asLong() > 0, figures::toString);
        assertTrue(trips.leaked().isEmpty(), () -> "left behind: " + trips.leaked());
        return moved;
    }
}
