/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

/** Runs the case of each kind of target, and a fault that what judges them must find. */
final class Kinds {

    private static final int THERE_AND_BACK = 2;

    private final Lab lab;
    private final Tally tally = new Tally();

    Kinds(Lab lab) {
        this.lab = lab;
    }

    /** Runs all and returns what was seen; a case that fails does not keep the others from running. */
    Figures run() {
        for (TargetKind kind : TargetKind.values()) {
            KindCase one = new KindCase(lab, kind, THERE_AND_BACK, kind.comparesMemory());
            tally.run(kind.name(), one::run);
            tally.unproven(one.longestUnprovenMs());
            if (one.unwatched()) {
                tally.unwatched();
            }
        }
        control();
        return tally;
    }

    /** An HVM target that runs before its guard has looked: a qemu that is told to go on must not hide it. */
    private void control() {
        boolean caught = false;
        try {
            Pair pair = TargetKind.HVM.pair(lab);
            try (BrokenDaemon fault = BrokenDaemon.releasesBeforeReady(pair.there())) {
                Scenarios.say("released before its guard has looked: " + fault);
                Reply reply = pair.migrateThere("");
                caught = RoundTrips.ranBeforeTheGo(reply);
                Scenarios.say((caught ? "caught: " : "FAILED: the negative control: ") + reply);
            }
        } catch (AssertionError e) {
            Scenarios.say("FAILED: the negative control: " + e.getMessage());
        } finally {
            PairFixture.discard(lab);
        }
        tally.control(caught);
    }
}
