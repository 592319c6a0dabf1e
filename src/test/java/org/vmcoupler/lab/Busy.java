/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.vmcoupler.fault.ErrorCode;

/** Moves of busy targets with a busy guard: what {@code onTimeout} promises is what happens. */
final class Busy implements Figures {

    /** The cable between the hosts carries some 60 pages a second from now on. */
    private static final String SLOW_PATH = "tc qdisc replace dev eth1 root tbf rate 2mbit burst 64kb latency 1s";

    /** A guard that shares an emulated CPU with dom0 and a target of which neither ever waits looks every half minute. */
    private static final String PATIENT = "max_unproven = \"60 s\"\\n";

    private static final String FAST_PATH = "tc qdisc del dev eth1 root";

    private final Lab lab;
    private final Tally tally = new Tally();
    private int stayed;
    private int moved;
    private int counterGaps;
    private long longestDowntimeMs;

    Busy(Lab lab) {
        this.lab = lab;
    }

    /** Runs each case with both outcomes and returns what was seen; one that fails does not keep the others from running. */
    Figures run(List<BusyCase> wanted) {
        lab.hosts().forEach(host -> PairFixture.writeDown(host, PATIENT));
        try {
            return runPatiently(wanted);
        } finally {
            lab.hosts().forEach(PairFixture::strikeOut);
        }
    }

    private Figures runPatiently(List<BusyCase> wanted) {
        PairFixture.withBusyGuard(lab);
        for (BusyCase one : wanted) {
            for (String onTimeout : List.of("cancel", "stop")) {
                if (!tally.run(one + " " + onTimeout, () -> once(PairFixture.any(lab), one, onTimeout))) {
                    PairFixture.withBusyGuard(lab);
                }
            }
        }
        PairFixture.discard(lab);
        return this;
    }

    private void once(Pair pair, BusyCase one, String onTimeout) {
        Pair.Watch before = pair.watch();
        one.begin(pair);
        Reply reply;
        try (DaemonCall call = new DaemonCall(
                pair.here(),
                "{\"request\":\"migrate\",\"target\":\"target\",\"host\":\"" + pair.there()
                        + "\",\"verifyMemory\":false,\"onTimeout\":\"" + onTimeout + "\"" + one.limits() + "}")) {
            if (one.pathBecomesSlow()) {
                call.progress(Busy::mostOfTheFirstRoundIsOver, Pair.MIGRATION);
                pair.here().exec(SLOW_PATH);
            }
            reply = call.reply(Pair.MIGRATION);
        } finally {
            pair.here().run(FAST_PATH);
            Pair.find(lab).ifPresent(now -> now.dirty(0, 1));
        }
        Scenarios.say(one + " " + onTimeout + ": code " + reply.code() + ", downtime "
                + reply.result().path("targetDowntimeMs").asLong(-1) + " ms "
                + reply.message());
        boolean mayStay = onTimeout.equals("cancel") && !one.converges();
        boolean mustStay = mayStay && !one.isOpen();
        if (mayStay && reply.code() == ErrorCode.NOT_CONVERGED.number()) {
            stayed++;
            pair.awaitGoesOn(before);
            return;
        }
        assertTrue(!mustStay, reply::toString);
        assertEquals(0, reply.code(), reply::toString);
        counterGaps += RoundTrips.countersAgree(reply.result()) ? 0 : 1;
        assertTrue(RoundTrips.countersAgree(reply.result()), reply::toString);
        longestDowntimeMs = Math.max(
                longestDowntimeMs, reply.result().path("targetDowntimeMs").asLong());
        moved++;
        pair.moved().awaitGoesOn(before);
    }

    /** The guard has more to send than its target, which waits for it then. */
    private static boolean mostOfTheFirstRoundIsOver(JsonNode progress) {
        JsonNode guard = progress.path("domains").path(1);
        return guard.path("pagesSent").asLong() * 16 > guard.path("totalPages").asLong() * 15;
    }

    @Override
    public JsonNode figures() {
        return tally.passedOfCases()
                .put("moved", moved)
                .put("stayed", stayed)
                .put("counterGaps", counterGaps)
                .put("longestDowntimeMs", longestDowntimeMs);
    }

    @Override
    public boolean isGood() {
        return tally.isGood() && counterGaps == 0;
    }
}
