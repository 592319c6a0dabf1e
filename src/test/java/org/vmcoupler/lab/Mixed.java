/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Moves pairs of mixed kinds, with all memory of both domains compared in every move. The kinds take turns, each turn with a pair of its
 * own. Stock is taken after the first turn, when its pair is gone and libxl and the daemons have what they keep from their first use, and
 * again after the last. The first move that is not as it must be stops the run; its pair stays to be looked at.
 */
final class Mixed implements Figures {

    private static final int LONGEST_TURN = 10;
    private static final Duration GONE = Duration.ofMinutes(2);
    private static final String NONE_LEFT = "test $(xl list | wc -l) = 2";

    private final Lab lab;
    private final int wanted;
    private final List<Turn> turns;
    private final Map<MixedKind, RoundTrips> trips = new EnumMap<>(MixedKind.class);
    private Map<String, Integer> leaked = Map.of();
    private int begun;
    private boolean ended;

    /**
     * Makes a run.
     *
     * @param wanted moves of all kinds together, at least two, so that there are two turns
     * @param kinds whose pairs are moved, in their order
     */
    Mixed(Lab lab, int wanted, List<MixedKind> kinds) {
        this.lab = lab;
        this.wanted = wanted;
        turns = turns(wanted, kinds);
    }

    /** One pair of a kind and how often it moves. */
    record Turn(MixedKind kind, int moves) {}

    /** Shares moves out among kinds, again and again until none is left; at least two turns, so that stock can be taken between them. */
    static List<Turn> turns(int wanted, List<MixedKind> kinds) {
        if (wanted < 2 || kinds.isEmpty()) {
            throw new IllegalArgumentException("at least two moves of at least one kind");
        }
        int most = Math.max(1, Math.min(LONGEST_TURN, wanted / Math.max(2, kinds.size())));
        List<Turn> turns = new ArrayList<>();
        for (int left = wanted; left > 0; left -= most) {
            turns.add(new Turn(kinds.get(turns.size() % kinds.size()), Math.min(most, left)));
        }
        return turns;
    }

    /** Runs all turns, unless one fails, and returns what was seen; takes some minutes for each pair that is made and for each move. */
    Figures run() {
        try {
            Stock before = null;
            for (Turn turn : turns) {
                run(turn);
                before = before == null ? Stock.of(lab) : before;
            }
            leaked = before == null ? Map.of() : before.leaked();
            leaked.forEach((thing, more) -> Scenarios.say("leaked: " + more + " x " + thing));
            ended = true;
        } catch (AssertionError e) {
            Scenarios.say("STOPPED: " + e.getMessage());
        }
        return this;
    }

    private void run(Turn turn) {
        Scenarios.say("making a pair: " + turn);
        Pair pair = turn.kind().pair(lab);
        for (int i = 0; i < turn.moves(); i++) {
            pair = move(turn.kind(), pair);
        }
        PairFixture.discard(lab);
        lab.hosts().forEach(host -> host.await("no domain is left", NONE_LEFT, GONE));
    }

    private Pair move(MixedKind kind, Pair pair) {
        RoundTrips moves = trips.computeIfAbsent(kind, k -> new RoundTrips(lab, wanted));
        begun++;
        String what = "move " + begun + " of " + wanted + ", " + kind + " from " + pair.here() + ": ";
        long startNs = System.nanoTime();
        try {
            Pair moved = moves.only(pair, 1);
            if (!moves.isClean()) {
                throw new AssertionError("counters or pages differ: " + moves.figures());
            }
            Scenarios.say(what + "attempt " + moves.attempt() + ", " + (System.nanoTime() - startNs) / 1_000_000_000L
                    + " s, " + moves.figures());
            return moved;
        } catch (AssertionError e) {
            throw new AssertionError(what + "attempt " + moves.attempt() + ": " + e.getMessage(), e);
        }
    }

    /** Returns the sums, and what each kind has added to them. */
    @Override
    public JsonNode figures() {
        ObjectNode figures = new ObjectMapper()
                .createObjectNode()
                .put("migrations", sum("migrations"))
                .put("completed", sum("completed"))
                .put("counterGaps", sum("counterGaps"))
                .put("pagesCompared", sum("pagesCompared"))
                .put("differing", sum("pagesDiffering"));
        leaked.keySet().forEach(figures.putArray("leaks")::add);
        unused().forEach(reason -> figures.withArray("unusedExceptions").add(reason.word()));
        ObjectNode each = figures.putObject("kinds");
        trips.forEach((kind, moves) -> each.set(kind.name(), moves.figures()));
        return figures;
    }

    /** Tells whether all moves are done and good, nothing is left behind, and a page of each exception of the comparison was met. */
    @Override
    public boolean isGood() {
        return ended
                && sum("completed") == wanted
                && trips.values().stream().allMatch(RoundTrips::isClean)
                && leaked.isEmpty()
                && (unused().isEmpty() || !EnumSet.allOf(MixedKind.class).equals(trips.keySet()));
    }

    private Set<PageException> unused() {
        Set<PageException> unused = EnumSet.allOf(PageException.class);
        trips.values().forEach(moves -> unused.removeAll(moves.exceptions()));
        return unused;
    }

    private long sum(String figure) {
        return trips.values().stream()
                .mapToLong(moves -> moves.figures().path(figure).asLong())
                .sum();
    }
}
