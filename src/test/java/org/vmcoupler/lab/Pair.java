/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.vmcoupler.time.Poll;

/**
 * The coupled pair {@code target} and {@code guard} where it is now.
 *
 * @param here the host on which it runs
 * @param there the other host
 */
record Pair(Host here, Host there) {

    /** Longest migration that a scenario waits for. */
    static final Duration MIGRATION = Duration.ofMinutes(15);

    /** Of the 128 MiB that the lab's target boots with. */
    private static final int LESS_MIB = 96;

    /** Xen gets a page back when the guard maps its window afresh: after a scan, which takes minutes where a hundredth of the CPU is little. */
    private static final Duration GIVES_BACK = Duration.ofMinutes(8);

    /** Source: Xen tools/xl/xl_vcpu.c, print_vcpuinfo shows those that are offline as {@code --p}. */
    private static final String ONLINE = "xl vcpu-list target | awk 'NR > 1 && $5 != \"--p\"' | wc -l";

    /** A target that is made again boots first, and its guard finds its counter at the scan after that: they are a minute apart. */
    private static final Duration GOES_ON = Duration.ofSeconds(150);

    private static final Duration PAUSE = Duration.ofSeconds(3);

    /**
     * What the guard tells of its target.
     *
     * @param counter the target's counter as last sampled by the guard, -1 if it has not found it
     * @param looks proven looks in the guard's life; a new process of the agent begins at 0
     */
    record Watch(int targetDomid, int guardDomid, String state, long counter, long looks) {

        /** Returns the same as a new guard sees it, which has proven nothing yet. */
        Watch ofAnotherGuard() {
            return new Watch(targetDomid, -1, state, counter, 0);
        }

        /** Returns the same with another counter: one that the target has to pass. */
        Watch atCounter(long value) {
            return new Watch(targetDomid, guardDomid, state, value, looks);
        }
    }

    /** Returns the pair if it is on one of the hosts. */
    static Optional<Pair> find(Lab lab) {
        for (Host host : lab.hosts()) {
            Reply reply = host.ask("{\"request\":\"pairs\"}");
            for (JsonNode pair : reply.orFail().path("pairs")) {
                boolean alive = pair.path("targetDomid").asInt() > 0
                        && pair.path("guardDomid").asInt() > 0;
                if (alive && pair.path("target").asText().equals("target")) {
                    return Optional.of(new Pair(host, lab.other(host)));
                }
            }
        }
        return Optional.empty();
    }

    /** Asks the guard for its status, through the daemon. */
    Watch watch() {
        JsonNode pairs = here.ask("{\"request\":\"pairs\"}").orFail().path("pairs");
        for (JsonNode pair : pairs) {
            if (pair.path("target").asText().equals("target")) {
                int guard = pair.path("guardDomid").asInt();
                return new Watch(
                        pair.path("targetDomid").asInt(),
                        guard,
                        pair.path("state").asText(),
                        pair.path("counter").asLong(-1),
                        pair.path("looks").asLong());
            }
        }
        throw new AssertionError(here + " has no pair of \"target\": " + pairs);
    }

    /**
     * Waits until the target's counter has passed {@code before.counter()}, seen by the guard while it watches.
     *
     * @throws AssertionError it does not in time, or the guard does not watch
     */
    Watch awaitGoesOn(Watch before) {
        Watch[] last = {before};
        boolean goesOn = Poll.until(
                () -> {
                    last[0] = watch();
                    return last[0].state().equals("watched")
                            && last[0].counter() > before.counter()
                            && last[0].looks() >= before.looks();
                },
                GOES_ON,
                PAUSE);
        if (!goesOn) {
            throw new AssertionError(
                    "the pair does not go on, watched, on " + here + ": before " + before + ", now " + last[0]);
        }
        return last[0];
    }

    /** Asks for a migration to {@code host}; {@code options} are further members of the request, each with a comma before it. */
    DaemonCall migrate(String host, String options) {
        String verify = options.contains("verifyMemory") ? "" : ",\"verifyMemory\":false";
        return new DaemonCall(
                here,
                "{\"request\":\"migrate\",\"target\":\"target\",\"host\":\"" + host
                        + "\",\"timeoutS\":600,\"onTimeout\":\"cancel\"" + verify + options + "}");
    }

    /** Migrates to the other host and returns the daemon's last word. */
    Reply migrateThere(String options) {
        try (DaemonCall call = migrate(there.name(), options)) {
            return call.reply(MIGRATION);
        }
    }

    /** Starts a migration and returns it in its pre-copy, when pages of both domains have been sent. */
    DaemonCall migrateUntilPreCopy(String options) {
        DaemonCall call = migrate(there.name(), options);
        try {
            call.progress(Pair::bothFlow, MIGRATION);
            return call;
        } catch (AssertionError e) {
            call.close();
            throw e;
        }
    }

    /** Lets the target's workload write to so many pages a second from now on, also after a move. */
    void dirty(int pagesPerSecond) {
        here.exec("xenstore-write /local/domain/" + watch().targetDomid() + "/data/dirty " + pagesPerSecond);
    }

    /** Lets it write to so many pages a second, one after the other in a ring of {@code ring} pages, 1 to 16,384. */
    void dirty(int pagesPerSecond, int ring) {
        here.exec("xenstore-write /local/domain/" + watch().targetDomid() + "/data/dirty '" + pagesPerSecond + " "
                + ring + "'");
    }

    /** Asks the target's balloon for a quarter of its memory and waits until Xen has it back. */
    void giveMemoryBack() {
        here.exec("xl mem-set target " + LESS_MIB);
        awaitMemory(LESS_MIB);
    }

    /** Waits until the target has no more than so much memory: before that it does not move. */
    void awaitMemory(int mib) {
        here.await(
                "the target has " + mib + " MiB",
                "test $(xl list target | awk 'NR == 2 { print $3 }') -le " + (mib + 1),
                GIVES_BACK);
    }

    /** Returns weight and cap of target and guard as Xen's scheduler has them, such as {@code 256 0}. */
    List<String> cpuShares() {
        return List.of(cpuShare("target"), cpuShare("guard"));
    }

    private String cpuShare(String domain) {
        return here.exec("xl sched-credit2 -d " + domain + " | awk 'END { print $3, $4 }'")
                .trim();
    }

    /** Asks the target's kernel to take all vCPUs but the first offline, and waits until it has. */
    void leaveOneVcpu() {
        here.exec("xl vcpu-set target 1");
        here.await("one vCPU is online", "test $(" + ONLINE + ") = 1", GOES_ON);
    }

    /** Returns how many vCPUs of the target are online by Xen's word. */
    int onlineVcpus() {
        return Integer.parseInt(here.exec(ONLINE).trim());
    }

    /** Returns the pair as it is after it has moved. */
    Pair moved() {
        return new Pair(there, here);
    }

    private static boolean bothFlow(JsonNode progress) {
        boolean flow = progress.path("phase").asText().equals("pre-copy");
        for (JsonNode domain : progress.path("domains")) {
            flow &= domain.path("pagesSent").asLong() > 0;
        }
        return flow;
    }
}
