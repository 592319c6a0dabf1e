/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/** A pair's life in the lab, case after case, and how long its target ran without a proven look. */
final class Life {

    private final Lab lab;
    private int cases;
    private int passed;
    private int unwatched;
    private long longestUnprovenMs;
    private int negativeControls;
    private int controlsCaught;

    Life(Lab lab) {
        this.lab = lab;
    }

    /** Runs cases in their order; one that fails does not keep the others from running. */
    void run(List<? extends PairCase> wanted) {
        lab.hosts().forEach(Host::awaitDaemon);
        PairFixture.discard(lab);
        for (PairCase one : wanted) {
            cases++;
            long longestBefore = longest();
            negativeControls += one.isControl() ? 1 : 0;
            try {
                one.run(lab.alpha());
                passed++;
                controlsCaught += one.isControl() ? 1 : 0;
                Scenarios.say("passed: " + one);
            } catch (AssertionError e) {
                Scenarios.say("FAILED: " + one + ": " + e.getMessage());
            }
            measure(one, longestBefore);
        }
    }

    /** A pair that has ended has no figure any more. */
    private void measure(PairCase one, long longestBefore) {
        JsonNode pair = LifeCase.told(lab.alpha());
        long longest = pair.path("longestUnprovenMs").asLong(0);
        longestUnprovenMs = Math.max(longestUnprovenMs, longest);
        boolean tooLong = longest > pair.path("maxUnprovenMs").asLong(Long.MAX_VALUE);
        unwatched += tooLong && longest > longestBefore && !one.isWithoutDaemon() ? 1 : 0;
    }

    private long longest() {
        return LifeCase.told(lab.alpha()).path("longestUnprovenMs").asLong(0);
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
