/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Measures what a JVM in the guard costs; docs/guard.md has the figures. */
final class GuardCost {

    private static final int IDLE_S = 10;
    private static final int MOVES = 4;
    private static final Duration ANSWER = Duration.ofMinutes(1);
    private static final Pattern MEMORY = Pattern.compile("java ([0-9]+) available ([0-9]+)");

    private final Lab lab;

    GuardCost(Lab lab) {
        this.lab = lab;
    }

    /**
     * Returns the agent's resident memory and what is left in the guard (KiB), the frames of the guard that differ after ten idle seconds, and for some
     * moves the time from the guard's start at the destination to its proven look (ms, with all that the daemons do for it).
     */
    JsonNode measure() {
        Pair pair = PairFixture.any(lab);
        ObjectNode figures = new ObjectMapper().createObjectNode();
        Matcher memory = MEMORY.matcher(ask(pair, "memory"));
        if (!memory.find()) {
            throw new AssertionError("the guard does not tell its memory");
        }
        figures.put("agentResidentKb", Integer.parseInt(memory.group(1)))
                .put("guardAvailableKb", Integer.parseInt(memory.group(2)))
                .put("framesChangedIn" + IDLE_S + "s", changedFrames(pair));
        ArrayNode ready = figures.putArray("guardWatchesMs");
        ArrayNode downtime = figures.putArray("guardDowntimeMs");
        for (int i = 0; i < MOVES; i++) {
            JsonNode report = pair.migrateThere("").orFail();
            report.path("phases").forEach(phase -> {
                if (phase.path("name").asText().equals("guard-watches")) {
                    ready.add(
                            phase.path("endMs").asLong() - phase.path("startMs").asLong());
                }
            });
            downtime.add(report.path("guardDowntimeMs").asLong());
            pair = pair.moved();
        }
        return figures;
    }

    private static int changedFrames(Pair pair) {
        int domid = pair.watch().guardDomid();
        String hash = "xl pause guard && /lab/bin/memhash " + domid + " /root/idle-%d; xl unpause guard; ";
        return Integer.parseInt(pair.here()
                .exec(String.format(hash, 1) + "sleep " + IDLE_S + "; " + String.format(hash, 2)
                        + "diff /root/idle-1 /root/idle-2 | grep -c '^>'; rm /root/idle-*")
                .trim());
    }

    private static String ask(Pair pair, String request) {
        String data = "/local/domain/" + pair.watch().guardDomid() + "/data/lab/";
        pair.here().exec("xenstore-rm " + data + "held 2>/dev/null; xenstore-write " + data + "hold '" + request + "'");
        pair.here().await("the guard's second process answers", "xenstore-read " + data + "held", ANSWER);
        return pair.here().exec("xenstore-read " + data + "held");
    }
}
