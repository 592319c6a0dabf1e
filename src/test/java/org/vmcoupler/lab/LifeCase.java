/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** What may happen to a pair on one host. Each case needs the pair {@code target} on alpha, watched, and leaves it so; the first makes it. */
enum LifeCase implements PairCase {
    /** It is made from what is written down. */
    STARTED,

    /** Its guard is destroyed: another one is made, and the target stands still meanwhile. */
    GUARD_DESTROYED,

    /** Its guard stands still: that looks like a hang; it is asked again, and keeps what it knows. */
    GUARD_PAUSED,

    /** Its target is unpaused behind the daemon's back while no guard watches it. */
    UNPAUSED_WHILE_HELD,

    /** The daemon is killed while the target is held. */
    DAEMON_KILLED_WHILE_HELD,

    /** Its target reboots. */
    REBOOT,

    /** Its target's kernel crashes. */
    CRASH,

    /** It is started again by an operator. */
    RESTARTED,

    /** It is stopped. */
    STOPPED;

    private static final Duration SOON = Duration.ofMinutes(3);
    private static final String PAUSED = "xl list target | tail -n 1 | grep -q -- ' --p---'";

    private static final String COUNT_LOSSES = "journalctl -u vmcoupler -o cat | grep -c 'watched -> guard-lost'";

    @Override
    public boolean isControl() {
        return this == GUARD_PAUSED || this == UNPAUSED_WHILE_HELD;
    }

    @Override
    public void run(Host host) {
        switch (this) {
            case STARTED -> started(host);
            case GUARD_DESTROYED -> guardDestroyed(host);
            case GUARD_PAUSED -> guardPaused(host);
            case UNPAUSED_WHILE_HELD -> unpausedWhileHeld(host);
            case DAEMON_KILLED_WHILE_HELD -> daemonKilledWhileHeld(host);
            case REBOOT -> madeAgainAfter(host, "xl reboot target");
            case CRASH -> madeAgainAfter(host, "xl sysrq target c");
            case RESTARTED -> restarted(host);
            case STOPPED -> stopped(host);
            default -> throw new IllegalStateException(name());
        }
    }

    /** Returns what the daemon says of the pair. */
    static JsonNode told(Host host) {
        return host.ask("{\"request\":\"pairs\"}").orFail().path("pairs").path(0);
    }

    private static void started(Host host) {
        PairFixture.writeDown(host, "");
        JsonNode pair =
                host.ask("{\"request\":\"start\",\"target\":\"target\"}").orFail();
        assertEquals("watched", pair.path("state").asText(), pair::toString);
        hadNotRun(host);
        goesOn(host, new Pair.Watch(-1, -1, "", 0, 0));
    }

    /** By Xen's word, as the daemon logs it directly before it releases a target. */
    private static void hadNotRun(Host host) {
        String released = host.exec("journalctl -u vmcoupler -o cat | grep 'watches target target' | tail -n 1");
        assertTrue(released.contains("which has run 0 ns"), released);
    }

    private static void guardDestroyed(Host host) {
        Pair.Watch before = watch(host);
        host.exec("xl destroy guard");
        host.await("the target is paused", PAUSED, SOON);
        Pair.Watch after = goesOn(host, before.ofAnotherGuard());
        assertEquals(before.targetDomid(), after.targetDomid(), "it is the same target");
        assertNotEquals(before.guardDomid(), after.guardDomid(), "it is another guard");
    }

    private static void guardPaused(Host host) {
        Pair.Watch before = watch(host);
        int losses = losses(host);
        host.exec("xl pause guard");
        // it stands still for as long as the guard needs to answer, which is too short to be seen from outside
        host.await("the guard is lost", "test $(($(" + COUNT_LOSSES + ") > " + losses + ")) = 1", SOON);
        Pair.Watch after = goesOn(host, before);
        assertEquals(before.guardDomid(), after.guardDomid(), "it is the same guard");
        assertTrue(told(host).path("alert").asText().contains("lost"), () -> told(host)
                .toString());
    }

    private static int losses(Host host) {
        return Integer.parseInt(host.exec(COUNT_LOSSES + "; true").strip());
    }

    private static void unpausedWhileHeld(Host host) {
        Pair.Watch before = watch(host);
        host.exec("xl destroy guard");
        host.await("the target is paused", PAUSED, SOON);
        host.exec("xl unpause target");
        host.await("it is paused again", PAUSED, SOON);
        goesOn(host, before.ofAnotherGuard());
        String log = host.exec("journalctl -u vmcoupler -o cat | grep -c 'somebody has unpaused the target'");
        assertTrue(Integer.parseInt(log.strip()) > 0, log);
    }

    private static void daemonKilledWhileHeld(Host host) {
        Pair.Watch before = watch(host);
        host.exec("xl destroy guard");
        host.await("the target is paused", PAUSED, SOON);
        host.exec("systemctl kill -s KILL vmcoupler");
        host.awaitDaemon();
        Pair.Watch after = goesOn(host, before.ofAnotherGuard());
        assertEquals(before.targetDomid(), after.targetDomid(), "it is the same target");
    }

    private static void madeAgainAfter(Host host, String end) {
        Pair.Watch before = watch(host);
        host.exec(end);
        host.await("another target", "test \"$(xl domid target)\" -gt " + before.targetDomid(), SOON);
        madeAgain(host, before);
    }

    private static void restarted(Host host) {
        Pair.Watch before = watch(host);
        host.ask("{\"request\":\"restart\",\"target\":\"target\"}").orFail();
        madeAgain(host, before);
    }

    private static void madeAgain(Host host, Pair.Watch before) {
        Pair.Watch after = goesOn(host, new Pair.Watch(-1, -1, "", 0, 0));
        assertNotEquals(before.targetDomid(), after.targetDomid());
        hadNotRun(host);
        host.await("nothing of the old ones is left", "test $(xl list | wc -l) = 4", SOON);
    }

    private static void stopped(Host host) {
        host.ask("{\"request\":\"stop\",\"target\":\"target\"}").orFail();
        assertTrue(host.domains().isEmpty(), () -> host.domains().toString());
        assertTrue(told(host).isMissingNode(), () -> told(host).toString());
    }

    private static Pair.Watch watch(Host host) {
        return new Pair(host, host).watch();
    }

    private static Pair.Watch goesOn(Host host, Pair.Watch before) {
        return new Pair(host, host).awaitGoesOn(before);
    }
}
