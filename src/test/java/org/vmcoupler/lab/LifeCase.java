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

    /** xenstored hangs, so that no guard can be asked and libxl answers nothing. */
    XENSTORED_HANGS,

    /** Its target is unpaused behind the daemon's back while no guard watches it. */
    UNPAUSED_WHILE_HELD,

    /** The daemon is killed while the target is held. */
    DAEMON_KILLED_WHILE_HELD,

    /** Its guard is destroyed while no daemon runs, and nothing is written down about the pair. */
    GUARD_DESTROYED_WITHOUT_DAEMON,

    /** Our package is installed again under it, which replaces the daemon. */
    UPGRADED,

    /** Its target reboots. */
    REBOOT,

    /** Its target's kernel crashes. */
    CRASH,

    /** It is started again by an operator. */
    RESTARTED,

    /** It is stopped. */
    STOPPED;

    private static final Duration SOON = Duration.ofMinutes(3);

    /** A shell command that succeeds if the target is paused. */
    static final String PAUSED = "xl list target | tail -n 1 | grep -q -- ' --p---'";

    /** Whichever of the two it is. */
    private static final String XENSTORED = "$(cat /run/xen/xenstored.pid)";

    private static final String COUNT_LOSSES = "journalctl -u vmcoupler -o cat | grep -c 'watched -> guard-lost'";

    @Override
    public boolean mayBeUnwatched() {
        return this == DAEMON_KILLED_WHILE_HELD || this == GUARD_DESTROYED_WITHOUT_DAEMON || this == UPGRADED;
    }

    @Override
    public boolean isControl() {
        return this == GUARD_PAUSED || this == XENSTORED_HANGS || this == UNPAUSED_WHILE_HELD;
    }

    @Override
    public void run(Host host) {
        switch (this) {
            case STARTED -> started(host);
            case GUARD_DESTROYED -> guardDestroyed(host);
            case GUARD_PAUSED -> guardPaused(host);
            case XENSTORED_HANGS -> xenstoredHangs(host);
            case UNPAUSED_WHILE_HELD -> unpausedWhileHeld(host);
            case DAEMON_KILLED_WHILE_HELD -> daemonKilledWhileHeld(host);
            case GUARD_DESTROYED_WITHOUT_DAEMON -> guardDestroyedWithoutDaemon(host);
            case UPGRADED -> upgraded(host);
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
        start(host, "");
    }

    /** Makes the pair from what is written down for it; {@code policy} holds further lines of its file. */
    static void start(Host host, String policy) {
        PairFixture.writeDown(host, policy);
        JsonNode pair = host.ask("{\"request\":\"start\",\"target\":\"target\",\"notElsewhere\":true}")
                .orFail();
        assertEquals("watched", pair.path("state").asText(), pair::toString);
        hadNotRun(host);
        goesOn(host, new Pair.Watch(-1, -1, "", 0, 0));
    }

    /** Makes the pair on beta, whose power is then taken away: with its daemon's next start it starts again. */
    static void hostBooted(Lab lab) {
        Host host = lab.beta();
        host.awaitDaemon();
        PairFixture.writeDown(host, "start_after_boot = true\n");
        host.ask("{\"request\":\"start\",\"target\":\"target\",\"notElsewhere\":true}")
                .orFail();
        lab.rebootBeta();
        host.awaitDaemon();
        host.await("the pair is made again", "xl domid target && xl domid guard", SOON);
        new Pair(host, host).awaitGoesOn(new Pair.Watch(-1, -1, "", 0, 0));
        hadNotRun(host);
        stopped(host);
    }

    /** By Xen's word, as the daemon logs it directly before it releases a target. */
    private static void hadNotRun(Host host) {
        String released = host.exec("journalctl -b -u vmcoupler -o cat | grep 'watches target target' | tail -n 1");
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

    /** The target is paused before W is over, by a hypercall, and goes on with the same guard. */
    private static void xenstoredHangs(Host host) {
        Pair.Watch before = watch(host);
        JsonNode told = told(host);
        long limitMs = told.path("maxUnprovenMs").asLong();
        host.exec("kill -STOP " + XENSTORED);
        try {
            host.await(
                    "the target is paused",
                    "journalctl -u vmcoupler -o cat | grep -q 'no look could be taken in time'",
                    SOON);
        } finally {
            host.exec("kill -CONT " + XENSTORED);
        }
        Pair.Watch after = goesOn(host, before);
        assertEquals(before.targetDomid(), after.targetDomid(), "it is the same target");
        assertEquals(before.guardDomid(), after.guardDomid(), "it is the same guard");
        long longestMs = told(host).path("longestUnprovenMs").asLong();
        assertTrue(longestMs <= limitMs, () -> longestMs + " ms without a look, of " + limitMs);
    }

    private static int losses(Host host) {
        return Integer.parseInt(host.exec(COUNT_LOSSES + "; true").strip());
    }

    private static void unpausedWhileHeld(Host host) {
        Pair.Watch before = watch(host);
        host.exec("xl destroy guard");
        host.await("the target is paused", PAUSED, SOON);
        // one that strays in changes nothing
        host.exec("xl unpause target && " + PAUSED);
        host.exec("xl unpause target");
        host.await("it is paused again", PAUSED, SOON);
        assertTrue(told(host).path("alert").asText().contains("unpaused"), () -> told(host)
                .toString());
        goesOn(host, before.ofAnotherGuard());
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

    private static void guardDestroyedWithoutDaemon(Host host) {
        Pair.Watch before = watch(host);
        host.exec("systemctl stop vmcoupler && rm /etc/vmcoupler/pairs/target.toml && xl destroy guard");
        host.exec("systemctl start vmcoupler");
        host.awaitDaemon();
        Pair.Watch after = goesOn(host, before.ofAnotherGuard());
        assertEquals(before.targetDomid(), after.targetDomid(), "it is the same target");
        assertNotEquals(before.guardDomid(), after.guardDomid(), "it is another guard");
        PairFixture.writeDown(host, "");
    }

    private static void upgraded(Host host) {
        Pair.Watch before = watch(host);
        String process = host.exec("systemctl show -p MainPID vmcoupler");
        host.exec("DEBIAN_FRONTEND=noninteractive dpkg --force-unsafe-io --force-confold -i /lab/*.deb");
        host.await("another daemon", "test \"$(systemctl show -p MainPID vmcoupler)\" != " + process.strip(), SOON);
        host.awaitDaemon();
        Pair.Watch after = goesOn(host, before);
        assertEquals(before.targetDomid(), after.targetDomid(), "it is the same target");
        assertEquals(before.guardDomid(), after.guardDomid(), "it is the same guard");
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
        // its guard is the same one in another domain, so that its looks are counted on
        Pair.Watch after = goesOn(host, new Pair.Watch(-1, -1, "", 0, before.looks()));
        assertNotEquals(before.targetDomid(), after.targetDomid());
        assertNotEquals(before.guardDomid(), after.guardDomid());
        hadNotRun(host);
        String carried = host.exec("journalctl -u vmcoupler -o cat | grep 'goes on as domain' | tail -n 1");
        assertTrue(carried.contains("as domain " + after.guardDomid()), carried);
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
