/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What somebody does with xl behind the daemon's back, case by case, and its figures. */
final class Xl {

    private final Lab lab;
    private final Tally tally = new Tally();

    Xl(Lab lab) {
        this.lab = lab;
    }

    /**
     * Runs cases in their order, with a new pair where one has left none, and returns what was seen; one that fails does not keep the
     * others from running.
     */
    Figures run(List<XlCase> wanted) {
        for (XlCase one : wanted) {
            boolean passed = tally.run(one.name(), () -> one.run(PairFixture.any(lab)));
            if (one.isControl()) {
                tally.control(passed);
            }
            if (!passed) {
                PairFixture.discard(lab);
            }
            measure();
        }
        return tally;
    }

    /** A pair that has ended has no figure any more. */
    private void measure() {
        for (Host host : lab.hosts()) {
            JsonNode pair = LifeCase.told(host);
            long longest = pair.path("longestUnprovenMs").asLong(0);
            tally.unproven(longest);
            if (longest > pair.path("maxUnprovenMs").asLong(Long.MAX_VALUE)) {
                tally.unwatched();
            }
        }
    }
}
