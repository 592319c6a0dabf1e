/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * What somebody does with xl from the target's stop at the source to its go at the destination, and directly after it. The destroyed targets leave no
 * pair, all else leaves it watched, here or where it moved.
 */
enum XlInHandover implements XlCase {
    /** The target is unpaused at the source when it is stopped: that changes nothing. */
    UNPAUSED_WHEN_STOPPED(false, XlInHandover.STOPPED, "xl unpause target && xl unpause target"),

    /** It is paused, gets less memory, and another name, as its guard does: of no effect. */
    PAUSED_AND_RENAMED_WHEN_STOPPED(
            false,
            XlInHandover.STOPPED,
            "xl pause target && xl mem-set target " + XlInHandover.LESS_MIB
                    + " && xl rename target another && xl rename guard other"),

    /** It is saved: the move overtakes it. */
    SAVED_WHEN_STOPPED(false, XlInHandover.STOPPED, Meddler.inTheBackground("xl save target /root/behind")),

    /** It is migrated by xl, to a receiver that gives up at once, so that xl resumes it: it executes nothing, and moves or goes on here. */
    MIGRATED_WHEN_STOPPED(false, XlInHandover.STOPPED, Meddler.brokenMigration("target")),

    /** The guard is saved: either the move overtakes it, or both saves are ended and the pair stays. */
    GUARD_SAVED_WHEN_STOPPED(false, XlInHandover.STOPPED, Meddler.inTheBackground(Meddler.slowSave("guard"))),

    /** The guard is paused while its target is stopped: it moves if it has stopped too, else the pair stays. */
    GUARD_PAUSED_WHEN_STOPPED(false, XlInHandover.STOPPED, "xl pause guard"),

    /** It is destroyed: its copy goes on if it is complete, else the target gets another one. */
    GUARD_DESTROYED_WHEN_STOPPED(false, XlInHandover.STOPPED, "xl destroy guard"),

    /** The copy of the target at the destination is unpaused once while both are coupled there: that changes nothing. */
    UNPAUSED_ONCE_WHEN_HELD(true, XlInHandover.HELD, "xl unpause target--incoming"),

    /** It is unpaused until it runs before its guard has looked: the destination refuses it. */
    UNPAUSED_WHEN_HELD(
            true,
            XlInHandover.HELD,
            "xl unpause target--incoming && xl unpause target--incoming && xl unpause target--incoming"),

    /**
     * It is paused once more, gets less memory, and another name: the go lets it run all the same, and its name is put back. Its guard gets another
     * name too, and is unpaused, as it would be.
     */
    PAUSED_AND_RENAMED_WHEN_HELD(
            true,
            XlInHandover.HELD,
            "t=$(xl domid target--incoming) && xl pause $t && xl mem-set $t " + XlInHandover.LESS_MIB
                    + " && xl rename $t another && g=$(xl domid guard--incoming) && xl unpause $g && xl rename $g other"),

    /** It is saved: the save is ended after the go. */
    SAVED_WHEN_HELD(true, XlInHandover.HELD, Meddler.inTheBackground(Meddler.slowSave("target--incoming"))),

    /** It is migrated by xl, to a receiver that gives up at once: it executes nothing before its go. */
    MIGRATED_WHEN_HELD(true, XlInHandover.HELD, Meddler.brokenMigration("target--incoming")),

    /** The guard is saved: that suspends it if Xen cannot copy it as it runs, and the destination refuses; else the save is ended after the go. */
    GUARD_SAVED_WHEN_HELD(true, XlInHandover.HELD, Meddler.inTheBackground(Meddler.slowSave("guard--incoming"))),

    /** It is destroyed: the destination refuses the pair, which stays. */
    TARGET_DESTROYED_WHEN_HELD(true, XlInHandover.HELD, "xl destroy target--incoming"),

    /** The copy of the guard is paused there until it is gone: it proves no look, and the destination refuses. */
    GUARD_PAUSED_WHEN_HELD(
            true,
            XlInHandover.HELD,
            "g=$(xl domid guard--incoming) && " + Meddler.inTheBackground("while xl pause $g; do :; done")),

    /** It is destroyed: the same. */
    GUARD_DESTROYED_WHEN_HELD(true, XlInHandover.HELD, "xl destroy guard--incoming"),

    /** The old copy at the source is unpaused when the pair is given up, while the destination takes it: it executes nothing. */
    UNPAUSED_WHEN_GIVEN_UP(false, "decided: YIELD", "xl unpause target && xl unpause target"),

    /** The target is renamed at the destination directly after its go: its name is put back. */
    RENAMED_WHEN_TAKEN(true, XlInHandover.TAKEN, "xl rename $(xl domid target--incoming || xl domid target) another"),

    /** The guard is destroyed there: it is lost, and replaced there. */
    GUARD_DESTROYED_WHEN_TAKEN(true, XlInHandover.TAKEN, "xl destroy $(xl domid guard--incoming || xl domid guard)"),

    /** The target is destroyed there: the pair ends, here as there. */
    TARGET_DESTROYED_WHEN_TAKEN(true, XlInHandover.TAKEN, "xl destroy $(xl domid target--incoming || xl domid target)"),

    /** The target is destroyed at the source when it is stopped: its copy goes on if it is complete, else the pair ends. */
    TARGET_DESTROYED_WHEN_STOPPED(false, XlInHandover.STOPPED, "xl destroy target");

    /** At the source: the target has suspended. */
    private static final String STOPPED = "-> last-look";

    /** At the destination: both have arrived. */
    private static final String HELD = "receive -> couple";

    /** At the destination: the target is released. */
    private static final String TAKEN = "go -> running";

    private static final int LESS_MIB = 104;

    private final boolean atTheDestination;
    private final String phase;
    private final String command;

    XlInHandover(boolean atTheDestination, String phase, String command) {
        this.atTheDestination = atTheDestination;
        this.phase = phase;
        this.command = command;
    }

    @Override
    public boolean isControl() {
        return this == UNPAUSED_WHEN_HELD;
    }

    @Override
    public void run(Pair pair) {
        Pair.Watch before = pair.watch();
        Told saved = new Told(pair.there(), "somebody saves or migrates the target");
        try (Meddler meddler = new Meddler(atTheDestination ? pair.there() : pair.here(), phase, command)) {
            Reply reply = pair.migrateThere("");
            meddler.hasMeddled(reply);
            if (this == SAVED_WHEN_HELD) {
                saved.await();
            }
            judge(pair, before, reply);
        }
    }

    private void judge(Pair pair, Pair.Watch before, Reply reply) {
        boolean moved = reply.code() == 0;
        switch (this) {
            case UNPAUSED_WHEN_STOPPED,
                    PAUSED_AND_RENAMED_WHEN_STOPPED,
                    SAVED_WHEN_STOPPED,
                    UNPAUSED_ONCE_WHEN_HELD,
                    SAVED_WHEN_HELD,
                    MIGRATED_WHEN_HELD,
                    UNPAUSED_WHEN_GIVEN_UP,
                    RENAMED_WHEN_TAKEN -> XlOutcome.movedByItsName(pair, before, reply);
            case PAUSED_AND_RENAMED_WHEN_HELD -> {
                XlOutcome.movedByItsName(pair, before, reply);
                pair.moved().awaitMemory(LESS_MIB);
            }
            case UNPAUSED_WHEN_HELD -> {
                assertTrue(RoundTrips.ranBeforeTheGo(reply), reply::toString);
                XlOutcome.rolledBack(pair, before, reply);
            }
            case TARGET_DESTROYED_WHEN_HELD, GUARD_PAUSED_WHEN_HELD, GUARD_DESTROYED_WHEN_HELD ->
                XlOutcome.rolledBack(pair, before, reply);
            case MIGRATED_WHEN_STOPPED, GUARD_SAVED_WHEN_STOPPED, GUARD_SAVED_WHEN_HELD, GUARD_PAUSED_WHEN_STOPPED ->
                movedOr(moved, pair, before, () -> XlOutcome.goesOn(pair, before));
            case GUARD_DESTROYED_WHEN_STOPPED ->
                movedOr(moved, pair, before, () -> XlOutcome.goesOnWithAnotherGuard(pair, before));
            case TARGET_DESTROYED_WHEN_STOPPED -> movedOr(moved, pair, before, () -> XlOutcome.ended(pair));
            case GUARD_DESTROYED_WHEN_TAKEN -> {
                assertEquals(0, reply.code(), reply::toString);
                pair.moved().awaitGoesOn(before.ofAnotherGuard());
                XlOutcome.nothingIsLeft(pair.here());
            }
            case TARGET_DESTROYED_WHEN_TAKEN -> {
                XlOutcome.ended(pair.moved());
                XlOutcome.ended(pair);
            }
            default -> throw new IllegalStateException(name());
        }
    }

    /** Whether it moves depends on how far it was; either way one pair goes on, or has ended, and the other host has nothing of it. */
    private static void movedOr(boolean moved, Pair pair, Pair.Watch before, Runnable stayed) {
        if (moved) {
            pair.moved().awaitGoesOn(before);
            XlOutcome.nothingIsLeft(pair.here());
        } else {
            stayed.run();
            XlOutcome.nothingIsLeft(pair.there());
        }
    }
}
