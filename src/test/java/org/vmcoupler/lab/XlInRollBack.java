/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

/**
 * What somebody does with xl at the source as soon as the roll-back of a stopped pair begins. Somebody else has destroyed the guard's copy at the
 * destination, which refuses the pair for that. Each but the last leaves it watched where it was.
 */
enum XlInRollBack implements XlCase {
    /** The target is unpaused as often as it is paused: it goes on here, watched. What it executed meanwhile is not measured. */
    UNPAUSED_IN_ROLL_BACK("for i in 1 2 3; do xl unpause target; done"),

    /** It is paused, and unpaused later: it goes on in the end. */
    PAUSED_IN_ROLL_BACK("xl pause target && sleep 10 && xl unpause target"),

    /** Both domains are renamed: their names are put back. */
    RENAMED_IN_ROLL_BACK("xl rename target another && xl rename guard other"),

    /** The target is saved: the save is ended, and the target not resumed before. */
    SAVED_IN_ROLL_BACK(Meddler.inTheBackground(Meddler.slowSave("target"))),

    /** It is migrated by xl, to a receiver that gives up at once, so that xl resumes it: the same. */
    MIGRATED_IN_ROLL_BACK(Meddler.brokenMigration("target")),

    /** The guard is saved: the save is ended. */
    GUARD_SAVED_IN_ROLL_BACK(Meddler.inTheBackground(Meddler.slowSave("guard"))),

    /** The guard is paused: it is unpaused, and looks. */
    GUARD_PAUSED_IN_ROLL_BACK("xl pause guard"),

    /** The guard is destroyed: the target gets another one. */
    GUARD_DESTROYED_IN_ROLL_BACK("xl destroy guard"),

    /** The target is destroyed: the pair ends. */
    TARGET_DESTROYED_IN_ROLL_BACK("xl destroy target");

    /** At the destination: both have arrived. */
    private static final String HELD = "receive -> couple";

    /** At the source: the destination has refused. */
    private static final String ROLL_BACK = "-> roll-back";

    private final String command;

    XlInRollBack(String command) {
        this.command = command;
    }

    @Override
    public void run(Pair pair) {
        Pair.Watch before = pair.watch();
        try (Meddler refusal = new Meddler(pair.there(), HELD, "xl destroy guard--incoming");
                Meddler meddler = new Meddler(pair.here(), ROLL_BACK, command)) {
            Reply reply = pair.migrateThere("");
            refusal.hasMeddled(reply);
            meddler.hasMeddled(reply);
            assertNotEquals(0, reply.code(), reply::toString);
            Scenarios.say("  " + reply.message());
            switch (this) {
                case GUARD_DESTROYED_IN_ROLL_BACK -> XlOutcome.goesOnWithAnotherGuard(pair, before);
                case TARGET_DESTROYED_IN_ROLL_BACK -> XlOutcome.ended(pair);
                default -> goesOnByItsName(pair, before);
            }
            XlOutcome.nothingIsLeft(pair.there());
        }
    }

    private static void goesOnByItsName(Pair pair, Pair.Watch before) {
        XlOutcome.goesOn(pair, before);
        XlOutcome.byTheirNames(pair.here());
    }
}
