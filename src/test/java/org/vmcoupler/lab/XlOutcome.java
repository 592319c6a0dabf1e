/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.vmcoupler.fault.Category;
import org.vmcoupler.fault.ErrorCode;

/** What must have become of a pair after somebody has meddled with it. Each fails with an {@link AssertionError}. */
final class XlOutcome {

    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String ONLY_DOM0 = "test $(xl list | wc -l) = 2";

    private XlOutcome() {}

    /** It is where it was, watched, with the same domains. */
    static void goesOn(Pair pair, Pair.Watch before) {
        same(before, pair.awaitGoesOn(before));
    }

    /** It is where it was, watched by another guard. */
    static void goesOnWithAnotherGuard(Pair pair, Pair.Watch before) {
        Pair.Watch after = pair.awaitGoesOn(before.ofAnotherGuard());
        assertEquals(before.targetDomid(), after.targetDomid(), "it is the same target");
        assertNotEquals(before.guardDomid(), after.guardDomid(), "it is another guard");
    }

    /** It has moved as well as without any meddling, and goes on. */
    static void moved(Pair pair, Pair.Watch before, Reply reply) {
        assertEquals(0, reply.code(), reply::toString);
        assertTrue(RoundTrips.isGood(reply), reply::toString);
        pair.moved().awaitGoesOn(before);
    }

    /** It has moved, goes on by its name, and left nothing. */
    static void movedByItsName(Pair pair, Pair.Watch before, Reply reply) {
        moved(pair, before, reply);
        byTheirNames(pair.there());
        nothingIsLeft(pair.here());
    }

    /** Both domains have their names on a host. */
    static void byTheirNames(Host host) {
        host.await("both have their names", "xl domid target && xl domid guard", SOON);
    }

    /** Its migration has ended, for a reason that is told, and left nothing at the destination. */
    static void stays(Pair pair, Reply reply, String reason) {
        assertNotEquals(0, reply.code(), reply::toString);
        assertTrue(reply.message().contains(reason), reply::toString);
        Scenarios.say("  " + reply.message());
        nothingIsLeft(pair.there());
    }

    /** The destination has refused it, has nothing of it any more, and it goes on where it was. */
    static void rolledBack(Pair pair, Pair.Watch before, Reply reply) {
        assertNotEquals(0, reply.code(), reply::toString);
        assertEquals(Category.OUTCOME, codeOf(reply).category(), reply::toString);
        goesOn(pair, before);
        nothingIsLeft(pair.there());
    }

    /** It has ended. */
    static void ended(Pair pair) {
        nothingIsLeft(pair.here());
        assertTrue(LifeCase.told(pair.here()).isMissingNode(), () -> LifeCase.told(pair.here())
                .toString());
    }

    /** A host has no domain but dom0. */
    static void nothingIsLeft(Host host) {
        host.await("no domain is left", ONLY_DOM0, SOON);
    }

    private static void same(Pair.Watch before, Pair.Watch after) {
        assertEquals(before.targetDomid(), after.targetDomid(), "it is the same target");
        assertEquals(before.guardDomid(), after.guardDomid(), "it is the same guard");
    }

    private static ErrorCode codeOf(Reply reply) {
        for (ErrorCode code : ErrorCode.values()) {
            if (code.number() == reply.code()) {
                return code;
            }
        }
        throw new AssertionError("no code: " + reply);
    }
}
