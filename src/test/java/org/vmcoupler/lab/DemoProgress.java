/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import com.fasterxml.jackson.databind.JsonNode;

/** Tells the progress of a migration as lines for people. */
final class DemoProgress {

    private DemoProgress() {}

    /** Says each phase and each new round until the migration has ended. */
    static Reply follow(DaemonCall call) {
        String[] last = {""};
        return call.reply(Pair.MIGRATION, progress -> {
            String line = line(progress);
            if (!line.equals(last[0])) {
                last[0] = line;
                Scenarios.say(line);
            }
        });
    }

    private static String line(JsonNode progress) {
        StringBuilder line = new StringBuilder(progress.path("phase").asText());
        for (JsonNode domain : progress.path("domains")) {
            long total = Math.max(1, domain.path("totalPages").asLong());
            line.append("; ")
                    .append(domain.path("name").asText())
                    .append(" round ")
                    .append(domain.path("rounds").asInt())
                    .append(", ")
                    .append(domain.path("pagesSent").asLong() * 10 / total * 10)
                    .append(" % of its pages sent");
        }
        return line.toString();
    }
}
