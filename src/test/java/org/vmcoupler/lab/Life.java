/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Set;

/** A pair's life in the lab, case after case, and how long its target ran without a proven look. */
final class Life {

    /** Cases that are faults of what watches, each of which has to be noticed: it was, if the case passed. */
    private static final Set<LifeCase> CONTROLS = Set.of(LifeCase.GUARD_PAUSED, LifeCase.UNPAUSED_WHILE_HELD);

    /** Cases in which no daemon runs for a while, so that no look can be proven: the daemon tells for how long. */
    private static final Set<LifeCase> WITHOUT_DAEMON =
            Set.of(LifeCase.DAEMON_KILLED_WHILE_HELD, LifeCase.GUARD_DESTROYED_WITHOUT_DAEMON, LifeCase.UPGRADED);

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
    void run(List<LifeCase> wanted) {
        lab.hosts().forEach(Host::awaitDaemon);
        PairFixture.discard(lab);
        for (LifeCase one : wanted) {
            cases++;
            long longestBefore = longest();
            negativeControls += CONTROLS.contains(one) ? 1 : 0;
            try {
                one.run(lab.alpha());
                passed++;
                controlsCaught += CONTROLS.contains(one) ? 1 : 0;
                Scenarios.say("passed: " + one);
            } catch (AssertionError e) {
                Scenarios.say("FAILED: " + one + ": " + e.getMessage());
            }
            measure(one, longestBefore);
        }
    }

    /** A pair that has ended has no figure any more. */
    private void measure(LifeCase one, long longestBefore) {
        JsonNode pair = LifeCase.told(lab.alpha());
        long longest = pair.path("longestUnprovenMs").asLong(0);
        longestUnprovenMs = Math.max(longestUnprovenMs, longest);
        boolean tooLong = longest > pair.path("maxUnprovenMs").asLong(Long.MAX_VALUE);
        unwatched += tooLong && longest > longestBefore && !WITHOUT_DAEMON.contains(one) ? 1 : 0;
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
