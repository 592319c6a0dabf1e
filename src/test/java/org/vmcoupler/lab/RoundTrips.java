/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Moves a pair there and back, and judges each move and what is left behind. */
final class RoundTrips {

    private static final int WARM_UP = 2;

    /** What a target that is unpaused at the destination before the go is refused for: by Xen's word, not by its counter. */
    private static final String RAN = "Somebody has unpaused the target at the destination";

    private final Lab lab;
    private final int verified;
    private final Map<PageException, Integer> excepted = new EnumMap<>(PageException.class);
    private final Set<PageException> named = EnumSet.noneOf(PageException.class);
    private int migrations;
    private int completed;
    private int counterGaps;
    private long pagesCompared;
    private long pagesDiffering;
    private Map<String, Integer> leaked = Map.of();
    private String attempt = "none";

    /**
     * Makes a run of moves.
     *
     * @param verified in how many of the first moves all memory is compared
     */
    RoundTrips(Lab lab, int verified) {
        this.lab = lab;
        this.verified = verified;
    }

    /**
     * Moves the pair {@code count} times: an even number, at least four. Stock is taken after the first two moves, there and back: what libxl and the
     * daemons keep from their first use is there by then (pipes of pollers, the history of domids, the folders of xenstore that domains are in), and
     * all that comes after is a leak. Source: Xen tools/libs/light/libxl_event.c, libxl__poller_get; libxl_domain.c, libxl__open_domid_history.
     *
     * @throws AssertionError a migration did not complete or the pair does not go on
     */
    Pair run(Pair pair, int count) {
        if (count < 2 * WARM_UP || count % 2 != 0) {
            throw new IllegalArgumentException("the number of moves must be even and at least " + 2 * WARM_UP);
        }
        Pair at = only(pair, WARM_UP);
        Stock before = Stock.of(lab);
        at = only(at, count - WARM_UP);
        leaked = before.leaked();
        return at;
    }

    /**
     * Moves the pair {@code count} times; what is left behind is not looked at.
     *
     * @throws AssertionError a migration did not complete or the pair does not go on
     */
    Pair only(Pair pair, int count) {
        Pair at = pair;
        for (int i = 0; i < count; i++) {
            at = move(at);
        }
        return at;
    }

    /** Returns what was seen, for machines. */
    JsonNode figures() {
        ObjectMapper json = new ObjectMapper();
        return json.createObjectNode()
                .put("migrations", migrations)
                .put("completed", completed)
                .put("counterGaps", counterGaps)
                .put("pagesCompared", pagesCompared)
                .put("pagesDiffering", pagesDiffering)
                .put("leaks", leaked.values().stream().mapToInt(n -> n).sum())
                .set("pagesExcepted", json.valueToTree(excepted));
    }

    boolean isClean() {
        return migrations == completed && counterGaps == 0 && pagesDiffering == 0 && leaked.isEmpty();
    }

    /** Returns what is more than before, over both hosts. */
    Map<String, Integer> leaked() {
        return leaked;
    }

    /** Returns the exceptions of which the comparisons of memory have met a page. */
    Set<PageException> exceptions() {
        return named;
    }

    /** Returns the id of the last migration, "none" if it was refused before it had one. */
    String attempt() {
        return attempt;
    }

    /** Tells whether the three counters of a report were read and are equal. */
    static boolean countersAgree(JsonNode report) {
        long atStop = report.path("counterAtStop").asLong(-1);
        return atStop >= 0
                && report.path("counterFirstSeen").asLong(-1) == atStop
                && report.path("counterBeforeGo").asLong(-1) == atStop;
    }

    /** Tells whether no counter of a report shows that the target ran on: the destination's, as far as they were read, are the one of the stop. */
    static boolean countersSoFarAgree(JsonNode report) {
        long atStop = report.path("counterAtStop").asLong(-1);
        long firstSeen = report.path("counterFirstSeen").asLong(-1);
        return atStop >= 0 && (firstSeen == -1 || firstSeen == atStop);
    }

    /**
     * Tells whether a migration did all that it promises: it completed, the counters agree, and by Xen's word the target ran neither between its stop
     * and its end at the source nor before the go at the destination.
     */
    static boolean isGood(Reply reply) {
        JsonNode report = reply.result();
        return reply.code() == 0
                && report.path("outcome").asText().equals("completed")
                && countersAgree(report)
                && report.path("cpuTimeBeforeGoNs").asLong(-1) == 0
                && report.path("cpuTimeSinceStopNs").asLong(-1) == 0;
    }

    /** Tells whether a migration shows without the target's counter that it ran at the destination before the go. */
    static boolean ranBeforeTheGo(Reply reply) {
        return reply.code() == 0
                ? reply.result().path("cpuTimeBeforeGoNs").asLong(0) > 0
                : reply.message().contains(RAN);
    }

    private Pair move(Pair pair) {
        boolean verify = migrations < verified;
        migrations++;
        Pair.Watch start = pair.watch();
        Reply reply = pair.migrateThere(verify ? ",\"verifyMemory\":true" : "");
        attempt = reply.result().path("migrationId").asText("none");
        JsonNode report = reply.orFail();
        completed++;
        Scenarios.say("moved: " + report);
        if (!isGood(reply)) {
            counterGaps++;
        }
        if (verify) {
            compare(report, pair);
        }
        Pair at = pair.moved();
        at.awaitGoesOn(start.atCounter(report.path("counterBeforeGo").asLong()));
        assertTrue(!pair.here().domains().toString().contains("target"), "the source has no target any more");
        return at;
    }

    private void compare(JsonNode report, Pair pair) {
        for (String member : new String[] {"target", "guard"}) {
            MemoryComparison all =
                    MemoryComparison.of(report.path("migrationId").asText(), member, pair.here(), pair.there());
            pagesCompared += all.compared();
            pagesDiffering += all.differing().size();
            named.addAll(all.named());
            all.excepted().forEach((reason, pages) -> excepted.merge(reason, pages, Integer::sum));
            Scenarios.say(member + ": " + all.compared() + " pages compared, of " + all.named() + " left out "
                    + all.excepted() + ", differing " + all.differing());
        }
    }
}
