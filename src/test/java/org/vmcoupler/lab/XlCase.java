/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.vmcoupler.fault.ErrorCode;

/** What somebody does with xl to a coupled pair behind the daemon's back. Each but the last leaves it watched on the host where it was, or where it moved. */
enum XlCase {
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

    /** The target is renamed in a pre-copy, which goes on. */
    RENAMED_IN_PRE_COPY,

    /** The target is saved in a pre-copy: both saves are ended. */
    SAVED_IN_PRE_COPY,

    /** The guard is destroyed in a pre-copy: the target stays, and gets another one. */
    GUARD_DESTROYED_IN_PRE_COPY,

    /** The copy at the destination is unpaused once while both are coupled there: that changes nothing. */
    UNPAUSED_ONCE_WHEN_HELD,

    /** It is unpaused until it runs before its guard has looked: the destination refuses it. */
    UNPAUSED_WHEN_HELD,

    /** The target is unpaused at the source when it is stopped: that changes nothing. */
    UNPAUSED_WHEN_STOPPED,

    /** The target is saved at the source when it is stopped: the move overtakes it. */
    SAVED_WHEN_STOPPED,

    /** The copy at the destination is renamed while both are coupled there: it gets its name. */
    RENAMED_WHEN_HELD,

    /** It is destroyed there: the destination refuses the pair, which stays. */
    TARGET_DESTROYED_WHEN_HELD,

    /** The guard is destroyed there: the same. */
    GUARD_DESTROYED_WHEN_HELD,

    /** The old copy at the source is unpaused when the pair is given up, while the destination takes it: it executes nothing. */
    UNPAUSED_WHEN_GIVEN_UP,

    /** The target is paused in a pre-copy: it cannot suspend, and the reason is told. */
    PAUSED_IN_PRE_COPY,

    /** The target is destroyed in a pre-copy: the pair ends. */
    TARGET_DESTROYED_IN_PRE_COPY,

    /** The target is destroyed at the source when it is stopped: its copy goes on if it is complete, else the pair ends. */
    TARGET_DESTROYED_WHEN_STOPPED,

    /** The target is destroyed: the pair ends. */
    TARGET_DESTROYED;

    private static final Duration SOON = Duration.ofMinutes(2);

    /** A save into a pipe that nobody empties for long does not end before it is seen. */
    private static final String SLOW =
            "rm -f /root/slow; mkfifo /root/slow; (sleep 40; cat) </root/slow >/dev/null 2>&1 & ";

    /** Tells whether the daemon's watch is worth nothing if it does not see this. */
    boolean isControl() {
        return this == TARGET_SAVED || this == TARGET_MIGRATED || this == UNPAUSED_WHEN_HELD;
    }

    /**
     * Runs it on a pair that is watched.
     *
     * @throws AssertionError something is not as it should be
     */
    void run(Pair pair) {
        switch (this) {
            case RENAMED -> renamed(pair);
            case TARGET_PAUSED -> targetPaused(pair);
            case MEMORY_SET -> memorySet(pair);
            case TARGET_SAVED -> saved(pair, "target");
            case GUARD_SAVED -> saved(pair, "guard");
            case TARGET_MIGRATED -> targetMigrated(pair);
            case RENAMED_IN_PRE_COPY -> renamedInPreCopy(pair);
            case SAVED_IN_PRE_COPY ->
                endedInPreCopy(pair, SLOW + "! xl save target /root/slow", "Somebody saves or migrates the target");
            case GUARD_DESTROYED_IN_PRE_COPY -> guardDestroyedInPreCopy(pair);
            case UNPAUSED_ONCE_WHEN_HELD -> unpausedWhenHeld(pair, 1);
            case UNPAUSED_WHEN_HELD -> unpausedWhenHeld(pair, 3);
            case UNPAUSED_WHEN_STOPPED ->
                movedAllTheSame(pair, pair.here(), "-> last-look", "xl unpause target && xl unpause target &&");
            case SAVED_WHEN_STOPPED ->
                movedAllTheSame(pair, pair.here(), "-> last-look", "xl save target /root/behind >/dev/null 2>&1 &");
            case RENAMED_WHEN_HELD ->
                movedAllTheSame(pair, pair.there(), "receive -> couple", "xl rename target--incoming another &&");
            case TARGET_DESTROYED_WHEN_HELD -> refusedWhenHeld(pair, "xl destroy target--incoming &&");
            case GUARD_DESTROYED_WHEN_HELD -> refusedWhenHeld(pair, "xl destroy guard--incoming &&");
            case UNPAUSED_WHEN_GIVEN_UP ->
                movedAllTheSame(pair, pair.here(), "decided: YIELD", "xl unpause target && xl unpause target &&");
            case TARGET_DESTROYED_WHEN_STOPPED -> targetDestroyedWhenStopped(pair);
            case PAUSED_IN_PRE_COPY -> endedInPreCopy(pair, "xl pause target", "Somebody had paused the target");
            case TARGET_DESTROYED_IN_PRE_COPY -> targetDestroyedInPreCopy(pair);
            case TARGET_DESTROYED -> targetDestroyed(pair);
            default -> throw new IllegalStateException(name());
        }
    }

    private static void renamed(Pair pair) {
        Pair.Watch before = pair.watch();
        Host host = pair.here();
        try (Told told = new Told(host, "somebody has renamed the target to \"another\"")) {
            host.exec("xl rename target another");
            host.await("the target has its name", "test $(xl domid target) = " + before.targetDomid(), SOON);
            told.await();
        }
        try (Told told = new Told(host, "somebody has renamed the guard to \"other\"")) {
            host.exec("xl rename guard other");
            host.await("the guard has its name", "test $(xl domid guard) = " + before.guardDomid(), SOON);
            told.await();
        }
        same(before, pair.awaitGoesOn(before));
    }

    private static void targetPaused(Pair pair) {
        Pair.Watch before = pair.watch();
        try (Told told = new Told(pair.here(), "somebody has paused the target; it executes nothing")) {
            pair.here().exec("xl pause target");
            told.await();
            assertTrue(LifeCase.told(pair.here()).path("alert").asText().contains("has paused the target"));
        }
        try (Told told = new Told(pair.here(), "somebody has unpaused the target, which somebody had paused")) {
            pair.here().exec("xl unpause target");
            told.await();
        }
        same(before, pair.awaitGoesOn(before));
    }

    private static void memorySet(Pair pair) {
        Pair.Watch before = pair.watch();
        for (String one : new String[] {"target 120", "guard 240"}) {
            String name = one.substring(0, one.indexOf(' '));
            try (Told told = new Told(pair.here(), "somebody has set the memory of the " + name)) {
                pair.here().exec("xl mem-set " + one);
                told.await();
            }
        }
        same(before, pair.awaitGoesOn(before));
    }

    private static void saved(Pair pair, String name) {
        Pair.Watch before = pair.watch();
        try (Told told = new Told(pair.here(), "somebody saves or migrates the " + name + " without this daemon")) {
            pair.here().exec(SLOW + "! xl save " + name + " /root/slow");
            told.await();
        }
        same(before, pair.awaitGoesOn(before));
    }

    private static void targetMigrated(Pair pair) {
        Pair.Watch before = pair.watch();
        pair.there().exec("systemd-run -q --unit=xl-receive socat TCP-LISTEN:7999,reuseaddr 'EXEC:xl migrate-receive'");
        try (Told told = new Told(pair.here(), "somebody saves or migrates the target without this daemon")) {
            String address = "$(grep -A1 'name = \"" + pair.there()
                    + "\"' /etc/vmcoupler/vmcoupler.toml | sed -n 's/^address = \"\\(.*\\)\"/\\1/p' | cut -d: -f1)";
            pair.here().exec("! xl migrate -s '' target \"socat - TCP:" + address + ":7999\"");
            told.await();
        } finally {
            pair.there().run("systemctl stop xl-receive; systemctl reset-failed xl-receive");
        }
        pair.there().await("nothing of it is there", "test $(xl list | wc -l) = 2", SOON);
        same(before, pair.awaitGoesOn(before));
    }

    private static void renamedInPreCopy(Pair pair) {
        Pair.Watch before = pair.watch();
        Reply reply;
        try (DaemonCall call = pair.migrateUntilPreCopy("");
                Told told = new Told(pair.here(), "somebody has renamed the target to \"another\"")) {
            pair.here().exec("xl rename target another");
            reply = call.reply(Pair.MIGRATION);
            told.await();
        }
        moved(pair, before, reply);
    }

    private static void moved(Pair pair, Pair.Watch before, Reply reply) {
        assertEquals(0, reply.code(), reply::toString);
        assertTrue(RoundTrips.isGood(reply), reply::toString);
        pair.moved().awaitGoesOn(before);
    }

    private static void endedInPreCopy(Pair pair, String command, String reason) {
        Pair.Watch before = pair.watch();
        Reply reply;
        try (DaemonCall call = pair.migrateUntilPreCopy("")) {
            pair.here().exec(command);
            reply = call.reply(Pair.MIGRATION);
        }
        stays(pair, reply, reason);
        same(before, pair.awaitGoesOn(before));
    }

    private static void stays(Pair pair, Reply reply, String reason) {
        assertNotEquals(0, reply.code(), reply::toString);
        assertTrue(reply.message().contains(reason), reply::toString);
        pair.there().await("no domain is left at the destination", "test $(xl list | wc -l) = 2", SOON);
    }

    private static void guardDestroyedInPreCopy(Pair pair) {
        Pair.Watch before = pair.watch();
        Reply reply;
        try (DaemonCall call = pair.migrateUntilPreCopy("")) {
            pair.here().exec("xl destroy guard");
            reply = call.reply(Pair.MIGRATION);
        }
        stays(pair, reply, "uard");
        Pair.Watch after = pair.awaitGoesOn(before.ofAnotherGuard());
        assertEquals(before.targetDomid(), after.targetDomid(), "it is the same target");
        assertNotEquals(before.guardDomid(), after.guardDomid(), "it is another guard");
    }

    private static void unpausedWhenHeld(Pair pair, int times) {
        Pair.Watch before = pair.watch();
        String unpause = "xl unpause target--incoming && ".repeat(times);
        Reply reply = migrateMeanwhile(pair, pair.there(), "receive -> couple", unpause);
        if (times == 1) {
            moved(pair, before, reply);
        } else {
            rolledBack(pair, before, reply);
        }
    }

    private static void refusedWhenHeld(Pair pair, String command) {
        Pair.Watch before = pair.watch();
        rolledBack(pair, before, migrateMeanwhile(pair, pair.there(), "receive -> couple", command));
        pair.there().await("no domain is left at the destination", "test $(xl list | wc -l) = 2", SOON);
    }

    private static void rolledBack(Pair pair, Pair.Watch before, Reply reply) {
        assertEquals(ErrorCode.ROLLED_BACK.category(), codeOf(reply).category(), reply::toString);
        assertNotEquals(0, reply.code(), reply::toString);
        same(before, pair.awaitGoesOn(before));
    }

    /** Migrates, and has a command run in a host as soon as its daemon says that it is in a phase; {@code command} ends so that another one may follow. */
    private static Reply migrateMeanwhile(Pair pair, Host host, String phase, String command) {
        host.exec(
                "rm -f /root/meddled; systemd-run -q --unit=meddler sh -c \"journalctl -u vmcoupler -f -n 0 -o cat | (grep -q -m 1 -- '"
                        + phase + "'; " + command + " touch /root/meddled)\"");
        try (DaemonCall call = pair.migrate(pair.there().name(), "")) {
            Reply reply = call.reply(Pair.MIGRATION);
            assertEquals(0, host.run("test -e /root/meddled").exitCode(), "nobody has meddled");
            return reply;
        } finally {
            host.run("systemctl stop meddler; systemctl reset-failed meddler");
        }
    }

    private static ErrorCode codeOf(Reply reply) {
        for (ErrorCode code : ErrorCode.values()) {
            if (code.number() == reply.code()) {
                return code;
            }
        }
        throw new AssertionError("no code: " + reply);
    }

    private static void movedAllTheSame(Pair pair, Host host, String phase, String command) {
        Pair.Watch before = pair.watch();
        moved(pair, before, migrateMeanwhile(pair, host, phase, command));
        assertEquals(
                "target", pair.there().exec("xl domname $(xl domid target)").strip());
        pair.here().await("nothing of it is left at the source", "test $(xl list | wc -l) = 2", SOON);
    }

    private static void targetDestroyedWhenStopped(Pair pair) {
        Pair.Watch before = pair.watch();
        Reply reply = migrateMeanwhile(pair, pair.here(), "-> last-look", "xl destroy target &&");
        if (reply.code() == 0) {
            pair.moved().awaitGoesOn(before);
            pair.here().await("nothing of it is left at the source", "test $(xl list | wc -l) = 2", SOON);
        } else {
            ends(pair);
            pair.there().await("no domain is left at the destination", "test $(xl list | wc -l) = 2", SOON);
        }
    }

    private static void targetDestroyedInPreCopy(Pair pair) {
        try (DaemonCall call = pair.migrateUntilPreCopy("")) {
            pair.here().exec("xl destroy target");
            Reply reply = call.reply(Pair.MIGRATION);
            stays(pair, reply, "arget");
        }
        ends(pair);
    }

    private static void targetDestroyed(Pair pair) {
        try (Told told = new Told(pair.here(), "somebody has destroyed the target, and its pair ends")) {
            pair.here().exec("xl destroy target");
            told.await();
        }
        ends(pair);
    }

    private static void ends(Pair pair) {
        pair.here().await("both are gone", "test $(xl list | wc -l) = 2", SOON);
        assertTrue(LifeCase.told(pair.here()).isMissingNode(), () -> LifeCase.told(pair.here())
                .toString());
    }

    private static void same(Pair.Watch before, Pair.Watch after) {
        assertEquals(before.targetDomid(), after.targetDomid(), "it is the same target");
        assertEquals(before.guardDomid(), after.guardDomid(), "it is the same guard");
    }

    /** An alert of the daemon that is expected once more than its journal has it already. */
    private static final class Told implements AutoCloseable {
        private final Host host;
        private final String count;
        private final int before;

        Told(Host host, String alert) {
            this.host = host;
            this.count = "journalctl -u vmcoupler -o cat | grep ALERT | grep -c -F '" + alert + "'";
            this.before = Integer.parseInt(host.exec(count + "; true").strip());
        }

        void await() {
            host.await("the operator is told", "test $(" + count + ") -gt " + before, SOON);
        }

        @Override
        public void close() {
            // for the scope only
        }
    }
}
