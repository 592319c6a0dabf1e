/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Runs the case of each kind of target, and a fault that what judges them must find. */
final class Kinds {

    private static final int THERE_AND_BACK = 2;

    private final Lab lab;
    private int cases;
    private int passed;
    private int unwatched;
    private int negativeControls;
    private int controlsCaught;

    Kinds(Lab lab) {
        this.lab = lab;
    }

    /** Runs all; a case that fails does not keep the others from running. */
    void run() {
        for (TargetKind kind : TargetKind.values()) {
            KindCase one = new KindCase(lab, kind, THERE_AND_BACK, kind.comparesMemory());
            cases++;
            try {
                one.run();
                passed++;
                Scenarios.say("passed: " + kind);
            } catch (AssertionError e) {
                Scenarios.say("FAILED: " + kind + ": " + e.getMessage());
            }
            unwatched += one.unwatched() ? 1 : 0;
        }
        control();
    }

    /** Returns what was seen, for machines. */
    JsonNode figures() {
        return new ObjectMapper()
                .createObjectNode()
                .put("cases", cases)
                .put("passed", passed)
                .put("unwatched", unwatched)
                .put("negativeControls", negativeControls)
                .put("controlsCaught", controlsCaught);
    }

    boolean isGood() {
        return cases == passed && unwatched == 0 && negativeControls == controlsCaught;
    }

    /** An HVM target that runs before its guard has looked: a qemu that is told to go on must not hide it. */
    private void control() {
        negativeControls++;
        try {
            Pair pair = TargetKind.HVM.pair(lab);
            try (BrokenDaemon fault = BrokenDaemon.releasesBeforeReady(pair.there())) {
                Scenarios.say("released before its guard has looked: " + fault);
                controlsCaught += RoundTrips.isGood(pair.migrateThere("")) ? 0 : 1;
            }
        } catch (AssertionError e) {
            Scenarios.say("FAILED: the negative control: " + e.getMessage());
        } finally {
            PairFixture.discard(lab);
        }
    }
}
