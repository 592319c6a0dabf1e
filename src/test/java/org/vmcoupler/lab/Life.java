/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A pair's life in the lab, case after case, and how long its target ran without a proven look. */
final class Life {

    private final Lab lab;
    private final Tally tally = new Tally();

    Life(Lab lab) {
        this.lab = lab;
    }

    /** Runs cases in their order and returns what was seen; one that fails does not keep the others from running. */
    Figures run(List<? extends PairCase> wanted) {
        lab.hosts().forEach(Host::awaitDaemon);
        PairFixture.discard(lab);
        for (PairCase one : wanted) {
            boolean passed = tally.run(one.toString(), () -> one.run(lab.alpha()));
            if (one.isControl()) {
                tally.control(passed);
            }
            measure(one);
        }
        return tally;
    }

    /** A pair that has ended has no figure any more. */
    private void measure(PairCase one) {
        JsonNode pair = LifeCase.told(lab.alpha());
        long longest = pair.path("longestUnprovenMs").asLong(0);
        tally.unproven(longest);
        if (one.mayBeUnwatched()) {
            measureAnew();
        } else if (longest > pair.path("maxUnprovenMs").asLong(Long.MAX_VALUE)) {
            tally.unwatched();
        }
    }

    /** The figure never falls while one daemon keeps the pair, and would hide what comes. */
    private void measureAnew() {
        lab.alpha().exec("systemctl restart vmcoupler");
        lab.alpha().awaitDaemon();
    }
}
