/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/** What somebody does with xl behind the daemon's back, case by case, and its figures. */
final class Xl {

    private final Lab lab;
    private int cases;
    private int passed;
    private int unwatched;
    private long longestUnprovenMs;
    private int negativeControls;
    private int controlsCaught;

    Xl(Lab lab) {
        this.lab = lab;
    }

    /** Runs cases in their order, with a new pair where one has left none; one that fails does not keep the others from running. */
    void run(List<XlCase> wanted) {
        for (XlCase one : wanted) {
            cases++;
            negativeControls += one.isControl() ? 1 : 0;
            long begun = System.nanoTime();
            try {
                one.run(PairFixture.any(lab));
                passed++;
                controlsCaught += one.isControl() ? 1 : 0;
                Scenarios.say("passed: " + one + " (" + (System.nanoTime() - begun) / 1_000_000_000L + " s)");
            } catch (AssertionError e) {
                Scenarios.say("FAILED: " + one + ": " + e.getMessage());
                PairFixture.discard(lab);
            }
            measure();
        }
    }

    /** A pair that has ended has no figure any more. */
    private void measure() {
        for (Host host : lab.hosts()) {
            JsonNode pair = LifeCase.told(host);
            long longest = pair.path("longestUnprovenMs").asLong(0);
            longestUnprovenMs = Math.max(longestUnprovenMs, longest);
            unwatched += longest > pair.path("maxUnprovenMs").asLong(Long.MAX_VALUE) ? 1 : 0;
        }
    }

    /** Returns what was seen, for machines. */
    JsonNode figures() {
        return new ObjectMapper()
                .createObjectNode()
                .put("cases", cases)
                .put("passed", passed)
                .put("unwatched", unwatched)
                .put("longestUnprovenMs", longestUnprovenMs)
                .put("negativeControls", negativeControls)
                .put("controlsCaught", controlsCaught);
    }

    boolean isGood() {
        return cases == passed && unwatched == 0 && negativeControls == controlsCaught;
    }
}
