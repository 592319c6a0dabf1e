/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;

/** What somebody does with xl while a pair is kept on its host. Each but the last leaves it there, watched. */
enum XlWhileKept implements XlCase {
    /** Both domains are renamed: their names are put back. */
    RENAMED,

    /** The target is paused, and unpaused later: told, and let be. */
    TARGET_PAUSED,

    /** Both domains get less memory: told, and let be. */
    MEMORY_SET,

    /** The target is saved: the save is ended, and it goes on. */
    TARGET_SAVED,

    /** The guard is saved: the same. */
    GUARD_SAVED,

    /** The target is migrated by xl: it goes on here, and nothing of it is there. */
    TARGET_MIGRATED,

    /** The guard is asked to power off: it is lost, and replaced. */
    GUARD_SHUT_DOWN,

    /** The guard is asked to reboot: the same. */
    GUARD_REBOOTED,

    /** The target is destroyed: the pair ends. */
    TARGET_DESTROYED;

    private static final int LESS_MIB = 120;
    private static final Duration SOON = Duration.ofMinutes(2);

    @Override
    public boolean isControl() {
        return this == TARGET_SAVED || this == TARGET_MIGRATED;
    }

    @Override
    public void run(Pair pair) {
        switch (this) {
            case RENAMED -> renamed(pair);
            case TARGET_PAUSED -> targetPaused(pair);
            case MEMORY_SET -> memorySet(pair);
            case TARGET_SAVED -> saved(pair, "target");
            case GUARD_SAVED -> saved(pair, "guard");
            case TARGET_MIGRATED -> targetMigrated(pair);
            case GUARD_SHUT_DOWN -> guardEnds(pair, "xl shutdown guard");
            case GUARD_REBOOTED -> guardEnds(pair, "xl reboot guard");
            case TARGET_DESTROYED -> targetDestroyed(pair);
            default -> throw new IllegalStateException(name());
        }
    }

    private static void renamed(Pair pair) {
        Pair.Watch before = pair.watch();
        Host host = pair.here();
        Told target = new Told(host, "somebody has renamed the target to \"another\"");
        host.exec("xl rename target another");
        host.await("the target has its name", "test $(xl domid target) = " + before.targetDomid(), SOON);
        target.await();
        Told guard = new Told(host, "somebody has renamed the guard to \"other\"");
        host.exec("xl rename guard other");
        host.await("the guard has its name", "test $(xl domid guard) = " + before.guardDomid(), SOON);
        guard.await();
        XlOutcome.goesOn(pair, before);
    }

    private static void targetPaused(Pair pair) {
        Pair.Watch before = pair.watch();
        Told paused = new Told(pair.here(), "somebody has paused the target; it executes nothing");
        pair.here().exec("xl pause target");
        paused.await();
        assertTrue(LifeCase.told(pair.here()).path("alert").asText().contains("has paused the target"));
        Told unpaused = new Told(pair.here(), "somebody has unpaused the target, which somebody had paused");
        pair.here().exec("xl unpause target");
        unpaused.await();
        XlOutcome.goesOn(pair, before);
    }

    private static void memorySet(Pair pair) {
        Pair.Watch before = pair.watch();
        for (String one : new String[] {"target " + LESS_MIB, "guard 240"}) {
            String name = one.substring(0, one.indexOf(' '));
            Told told = new Told(pair.here(), "somebody has set the memory of the " + name);
            pair.here().exec("xl mem-set " + one);
            told.await();
        }
        XlOutcome.goesOn(pair, before);
        pair.awaitMemory(LESS_MIB);
    }

    private static void saved(Pair pair, String name) {
        Pair.Watch before = pair.watch();
        Told told = new Told(pair.here(), "somebody saves or migrates the " + name + " without this daemon");
        pair.here().exec("! { " + Meddler.slowSave(name) + "; }");
        told.await();
        XlOutcome.goesOn(pair, before);
    }

    private static void targetMigrated(Pair pair) {
        Pair.Watch before = pair.watch();
        Told told = new Told(pair.here(), "somebody saves or migrates the target without this daemon");
        try (XlReceiver receiver = new XlReceiver(pair)) {
            pair.here().exec("! " + receiver.migration("target"));
            told.await();
        }
        XlOutcome.nothingIsLeft(pair.there());
        XlOutcome.goesOn(pair, before);
    }

    private static void guardEnds(Pair pair, String command) {
        Pair.Watch before = pair.watch();
        pair.here().exec(command);
        pair.here().await("another guard is here", "test $(xl domid guard) -gt " + before.guardDomid(), SOON);
        XlOutcome.goesOnWithAnotherGuard(pair, before);
    }

    private static void targetDestroyed(Pair pair) {
        Told told = new Told(pair.here(), "somebody has destroyed the target, and its pair ends");
        pair.here().exec("xl destroy target");
        told.await();
        XlOutcome.ended(pair);
    }
}
