/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Counts the cases of a scenario: how many passed, how long a target ran without a proven look, and whether faults were noticed. */
final class Tally implements Figures {

    private int cases;
    private int passed;
    private int unwatched;
    private long longestUnprovenMs;
    private int negativeControls;
    private int controlsCaught;

    /** Runs a case and says how it ended; returns whether it passed. */
    boolean run(String name, Runnable one) {
        cases++;
        long begun = System.nanoTime();
        try {
            one.run();
            passed++;
            Scenarios.say("passed: " + name + " (" + (System.nanoTime() - begun) / 1_000_000_000L + " s)");
            return true;
        } catch (AssertionError e) {
            Scenarios.say("FAILED: " + name + ": " + e.getMessage());
            LastLogs.tell();
            return false;
        }
    }

    /** Counts a fault that has to be noticed. */
    void control(boolean caught) {
        negativeControls++;
        controlsCaught += caught ? 1 : 0;
    }

    /** Counts a case in which a target may have run unwatched. */
    void unwatched() {
        unwatched++;
    }

    /** Takes the longest time without a proven look that a daemon tells (ms). */
    void unproven(long longestMs) {
        longestUnprovenMs = Math.max(longestUnprovenMs, longestMs);
    }

    @Override
    public ObjectNode figures() {
        return passedOfCases()
                .put("unwatched", unwatched)
                .put("longestUnprovenMs", longestUnprovenMs)
                .put("negativeControls", negativeControls)
                .put("controlsCaught", controlsCaught);
    }

    /** Returns the figures of a scenario that has neither looks nor controls to count. */
    ObjectNode passedOfCases() {
        return new ObjectMapper().createObjectNode().put("cases", cases).put("passed", passed);
    }

    @Override
    public boolean isGood() {
        return cases == passed && unwatched == 0 && negativeControls == controlsCaught;
    }
}
