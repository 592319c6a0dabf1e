/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;

/** What an operator may want to become of a pair, other than what a pair's file says that says nothing. Each case makes its pair, and leaves none. */
enum PolicyCase implements PairCase {
    /** Its target powers itself off: the pair ends. */
    POWERED_OFF(""),

    /** Its target crashes, and its memory is kept to be looked at. */
    CRASH_IS_KEPT("on_crash = \"keep\"\\n"),

    /** Its guard is lost, and its target runs on unwatched until it has another one. */
    CONTINUES_WITHOUT_GUARD("on_guard_loss = \"continue\"\\n"),

    /** Its guard is lost: its target is asked to power off, and the pair ends. */
    SHUTS_DOWN_WITHOUT_GUARD("on_guard_loss = \"shutdown\"\\n");

    private static final Duration SOON = Duration.ofMinutes(3);
    private static final String NONE_LEFT = "test $(xl list | wc -l) = 2";
    private static final String COUNT_UNWATCHED =
            "journalctl -b -u vmcoupler -o cat | grep 'pair of target:' | grep -c ' -> unwatched '";

    private final String lines;

    PolicyCase(String lines) {
        this.lines = lines;
    }

    @Override
    public boolean isControl() {
        return false;
    }

    @Override
    public boolean mayBeUnwatched() {
        return this == CONTINUES_WITHOUT_GUARD;
    }

    @Override
    public void run(Host host) {
        LifeCase.start(host, lines);
        try {
            switch (this) {
                case POWERED_OFF -> ends(host, "xl shutdown target");
                case SHUTS_DOWN_WITHOUT_GUARD -> ends(host, "xl destroy guard");
                case CRASH_IS_KEPT -> crashIsKept(host);
                case CONTINUES_WITHOUT_GUARD -> continues(host);
            }
        } finally {
            PairFixture.strikeOut(host);
        }
    }

    private static void ends(Host host, String cause) {
        host.exec(cause);
        host.await("both domains are gone", NONE_LEFT, SOON);
        assertTrue(
                LifeCase.told(host).isMissingNode(), () -> LifeCase.told(host).toString());
    }

    private static void crashIsKept(Host host) {
        Pair.Watch before = new Pair(host, host).watch();
        host.exec("xl sysrq target c");
        host.await("the target has crashed", "xl list target | tail -n 1 | grep -q -- 'c-'", SOON);
        host.await("its pair is down", "vmcoupler pairs | grep -qw down", SOON);
        assertEquals(before.targetDomid(), host.domid("target"), "its memory is there");
        host.ask("{\"request\":\"stop\",\"target\":\"target\"}").orFail();
        assertTrue(host.domains().isEmpty(), () -> host.domains().toString());
    }

    private static void continues(Host host) {
        Pair pair = new Pair(host, host);
        Pair.Watch before = pair.watch();
        Told unwatched = new Told(host, "the target has run unwatched for ");
        int earlier = Integer.parseInt(host.exec(COUNT_UNWATCHED + "; true").strip());
        host.exec("xl destroy guard");
        host.await("its pair is unwatched", "test $(" + COUNT_UNWATCHED + ") -gt " + earlier, SOON);
        host.exec("! " + LifeCase.PAUSED);
        Pair.Watch after = pair.awaitGoesOn(before.ofAnotherGuard());
        assertEquals(before.targetDomid(), after.targetDomid(), "it is the same target");
        assertNotEquals(before.guardDomid(), after.guardDomid(), "it is another guard");
        unwatched.await();
        host.ask("{\"request\":\"stop\",\"target\":\"target\"}").orFail();
    }
}
