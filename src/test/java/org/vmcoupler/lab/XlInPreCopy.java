/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

/** What somebody does with xl while the memory of a running pair is copied. Each but the last leaves it watched, here or where it moved. */
enum XlInPreCopy implements XlCase {
    /** The target is renamed: it moves by its name. */
    RENAMED_IN_PRE_COPY,

    /** Both domains get less memory: told, and they move. */
    MEMORY_SET_IN_PRE_COPY,

    /** A target that has less memory than it may have gets the rest: it moves, or the destination cannot take it and it stays. */
    MEMORY_RAISED_IN_PRE_COPY,

    /** The target is saved: both saves are ended. */
    SAVED_IN_PRE_COPY,

    /** The guard is saved: the same. */
    GUARD_SAVED_IN_PRE_COPY,

    /** The target is migrated by xl, to a receiver that gives up at once: that ends our migration too. */
    MIGRATED_IN_PRE_COPY,

    /** The target is paused: it cannot suspend, and the reason is told. */
    PAUSED_IN_PRE_COPY,

    /** The guard is paused: it is lost, and watches again. */
    GUARD_PAUSED_IN_PRE_COPY,

    /** The guard is destroyed: the target stays, and gets another one. */
    GUARD_DESTROYED_IN_PRE_COPY,

    /** The target is destroyed: the pair ends. */
    TARGET_DESTROYED_IN_PRE_COPY;

    private static final int LESS_MIB = 120;
    private static final String SAVED_BY_OTHERS = "Somebody saves or migrates the ";

    /** Either its processes were seen, or that log-dirty is off, if they were too short. */
    private static final String BY_OTHERS = "without this daemon";

    @Override
    public void run(Pair pair) {
        switch (this) {
            case RENAMED_IN_PRE_COPY ->
                moves(pair, "xl rename target another", "somebody has renamed the target to \"another\"");
            case MEMORY_SET_IN_PRE_COPY ->
                moves(
                        pair,
                        "xl mem-set target 112 && xl mem-set guard 232",
                        "somebody has set the memory of the target");
            case MEMORY_RAISED_IN_PRE_COPY -> memoryRaised(pair);
            case SAVED_IN_PRE_COPY ->
                ends(pair, "! { " + Meddler.slowSave("target") + "; }", SAVED_BY_OTHERS + "target");
            case GUARD_SAVED_IN_PRE_COPY ->
                ends(pair, "! { " + Meddler.slowSave("guard") + "; }", SAVED_BY_OTHERS + "guard");
            case MIGRATED_IN_PRE_COPY -> ends(pair, Meddler.brokenMigration("target"), BY_OTHERS);
            case PAUSED_IN_PRE_COPY -> ends(pair, "xl pause target", "Somebody had paused the target");
            case GUARD_PAUSED_IN_PRE_COPY -> guardPaused(pair);
            case GUARD_DESTROYED_IN_PRE_COPY -> guardDestroyed(pair);
            case TARGET_DESTROYED_IN_PRE_COPY -> targetDestroyed(pair);
            default -> throw new IllegalStateException(name());
        }
    }

    private static void moves(Pair pair, String command, String alert) {
        Pair.Watch before = pair.watch();
        Told told = new Told(pair.here(), alert);
        Reply reply = meanwhile(pair, command);
        told.await();
        XlOutcome.movedByItsName(pair, before, reply);
    }

    private static void memoryRaised(Pair pair) {
        Pair.Watch before = pair.watch();
        pair.here().exec("xl mem-set target " + LESS_MIB);
        pair.awaitMemory(LESS_MIB);
        Told told = new Told(pair.here(), "somebody has set the memory of the target");
        Reply reply = meanwhile(pair, "xl mem-set target 128");
        told.await();
        if (reply.code() == 0) {
            XlOutcome.movedByItsName(pair, before, reply);
        } else {
            XlOutcome.rolledBack(pair, before, reply);
        }
    }

    private static void ends(Pair pair, String command, String reason) {
        Pair.Watch before = pair.watch();
        XlOutcome.stays(pair, meanwhile(pair, command), reason);
        XlOutcome.goesOn(pair, before);
    }

    private static void guardPaused(Pair pair) {
        Pair.Watch before = pair.watch();
        Reply reply = meanwhile(pair, "xl pause guard");
        XlOutcome.stays(pair, reply, "Somebody has paused the guard");
        XlOutcome.goesOn(pair, before);
    }

    private static void guardDestroyed(Pair pair) {
        Pair.Watch before = pair.watch();
        XlOutcome.stays(pair, meanwhile(pair, "xl destroy guard"), "Somebody has destroyed the guard");
        XlOutcome.goesOnWithAnotherGuard(pair, before);
    }

    private static void targetDestroyed(Pair pair) {
        XlOutcome.stays(pair, meanwhile(pair, "xl destroy target"), "Somebody has destroyed the target");
        XlOutcome.ended(pair);
    }

    private static Reply meanwhile(Pair pair, String command) {
        try (DaemonCall call = pair.migrateUntilPreCopy("")) {
            pair.here().exec(command);
            return call.reply(Pair.MIGRATION);
        }
    }
}
