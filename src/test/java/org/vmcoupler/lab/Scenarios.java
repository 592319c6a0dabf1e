/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;

/** Runs scenarios on the lab that is up; {@code scripts/lab run} calls it. */
public final class Scenarios {

    private static final int USAGE = 64;
    private static final int TRIPS = 10;
    private static final int VERIFIED = 2;

    private Scenarios() {}

    /**
     * Runs one scenario. Its result is the last line on stdout, all else goes to stderr; the exit status is 0 only if all was as it should be.
     *
     * @param args {@code test [--all] [CLASS...]}, {@code roundtrips [N]}, {@code kinds}, {@code mixed [N [KIND...]]}, {@code guardcost}, {@code life [CASE...]}, {@code hostile},
     *     {@code xl [CASE...]}, {@code busy [CASE...]} or {@code demo}
     */
    public static void main(String[] args) {
        List<String> words = Arrays.asList(args);
        String name = words.isEmpty() ? "" : words.get(0);
        List<String> rest = words.isEmpty() ? words : words.subList(1, words.size());
        int status =
                switch (name) {
                    case "test" -> LabTests.run(rest, System.out);
                    case "roundtrips" -> roundTrips(rest, System.out);
                    case "kinds" -> finish(new Kinds(Lab.ofThisMachine()).run());
                    case "mixed" -> finish(mixed(Lab.ofThisMachine(), rest).run());
                    case "guardcost" -> guardCost(System.out);
                    case "life" -> finish(new Life(Lab.ofThisMachine()).run(lifeCases(rest)));
                    case "hostile" -> finish(new Life(Lab.ofThisMachine()).run(hostileCases()));
                    case "xl" -> finish(new Xl(Lab.ofThisMachine()).run(XlCase.named(rest)));
                    case "busy" -> finish(new Busy(Lab.ofThisMachine()).run(named(BusyCase.class, rest)));
                    case "demo" -> demo(System.out);
                    default -> usage();
                };
        System.exit(status);
    }

    /** Tells the user what goes on. */
    static void say(String sentence) {
        System.err.println(sentence);
    }

    private static int roundTrips(List<String> args, PrintStream out) {
        int count = args.isEmpty() ? TRIPS : Integer.parseInt(args.get(0));
        Lab lab = Lab.ofThisMachine();
        RoundTrips trips = new RoundTrips(lab, VERIFIED);
        boolean ended = false;
        try {
            trips.run(PairFixture.any(lab), count);
            ended = true;
        } catch (AssertionError | IllegalArgumentException e) {
            say("round trips stop: " + e.getMessage());
        }
        trips.leaked().forEach((thing, more) -> say("leaked: " + more + " x " + thing));
        out.println(trips.figures());
        return ended && trips.isClean() ? 0 : 1;
    }

    /** Prints what was seen and returns the exit status. */
    private static int finish(Figures seen) {
        System.out.println(seen.figures());
        return seen.isGood() ? 0 : 1;
    }

    /** Returns the constants of these names, all of them if there are no names. */
    private static <E extends Enum<E>> List<E> named(Class<E> type, List<String> names) {
        return names.isEmpty()
                ? List.copyOf(EnumSet.allOf(type))
                : names.stream().map(name -> Enum.valueOf(type, name)).toList();
    }

    private static int guardCost(PrintStream out) {
        out.println(new GuardCost(Lab.ofThisMachine()).measure());
        return 0;
    }

    /** The pair that all the others are about is started first. */
    private static List<PairCase> lifeCases(List<String> names) {
        List<PairCase> cases = new ArrayList<>(List.of(LifeCase.values()));
        cases.addAll(List.of(PolicyCase.values()));
        if (names.isEmpty()) {
            return cases;
        }
        List<PairCase> wanted = new ArrayList<>(List.of(LifeCase.STARTED));
        for (String name : names) {
            wanted.add(cases.stream()
                    .filter(one -> one.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no case " + name)));
        }
        return wanted;
    }

    private static List<PairCase> hostileCases() {
        List<PairCase> cases = new ArrayList<>(List.of(LifeCase.STARTED));
        cases.addAll(List.of(HostileCase.values()));
        return cases;
    }

    private static Mixed mixed(Lab lab, List<String> args) {
        int count = args.isEmpty() ? TRIPS : Integer.parseInt(args.get(0));
        return new Mixed(lab, count, named(MixedKind.class, args.subList(Math.min(1, args.size()), args.size())));
    }

    private static int demo(PrintStream out) {
        Lab lab = Lab.ofThisMachine();
        say("starting a target and the guard that watches it");
        Pair pair = PairFixture.any(lab);
        say("the guard watches: " + pair.watch());
        say("moving both from " + pair.here() + " to " + pair.there());
        Reply reply;
        try (DaemonCall call = pair.migrate(pair.there().name(), "")) {
            reply = DemoProgress.follow(call);
        }
        JsonNode report = reply.result();
        boolean good = RoundTrips.isGood(reply);
        if (good) {
            Pair.Watch after = pair.moved().awaitGoesOn(pair.moved().watch());
            say("the guard watches on: " + after);
        } else {
            say("the migration failed: code " + reply.code() + " " + reply.message());
        }
        out.println(report);
        return good ? 0 : 1;
    }

    private static int usage() {
        say(
                "usage: test [--all] [CLASS...] | roundtrips [N] | kinds | mixed [N [KIND...]] | guardcost | life [CASE...] | hostile | xl [CASE...]"
                        + " | busy [CASE...] | demo");
        return USAGE;
    }
}
