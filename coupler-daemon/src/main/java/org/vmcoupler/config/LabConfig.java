/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code [lab]}: what no production host may do.
 *
 * @param enabled the switches below may be on
 * @param verifyMemoryAllowed hash all memory of both domains while they are paused, if a request asks for it
 * @param memoryHashProgram what does that
 * @param memoryHashDeadline for one domain; 1 s to 1 h
 * @param recordLooks write each proven look to a file beside the journal, to be compared with Xen's own trace
 * @param runOn negative control: let the target run on at its source after its stop; breaks the promise on purpose
 * @param releaseBeforeReady negative control: release the target before its guard watches; breaks the promise on purpose
 */
public record LabConfig(
        boolean enabled,
        boolean verifyMemoryAllowed,
        Path memoryHashProgram,
        Duration memoryHashDeadline,
        boolean recordLooks,
        boolean runOn,
        boolean releaseBeforeReady) {

    private static final List<String> SWITCHES =
            List.of("verify_memory_allowed", "record_looks", "run_on", "release_before_ready");
    private static final Logger LOG = LoggerFactory.getLogger(LabConfig.class);

    static LabConfig of(Section in) {
        LabConfig out = new LabConfig(
                in.flag("enabled", false),
                in.flag("verify_memory_allowed", false),
                in.path("memory_hash_program", "/usr/lib/vmcoupler/memhash"),
                in.duration("memory_hash_deadline", "5 min", Duration.ofSeconds(1), Duration.ofHours(1)),
                in.flag("record_looks", false),
                in.flag("run_on", false),
                in.flag("release_before_ready", false));
        for (String key : SWITCHES) {
            if (!out.enabled && in.flag(key, false)) {
                throw in.wrong(key, "true", "false unless lab.enabled = true");
            }
        }
        if (out.releaseBeforeReady) {
            LOG.warn("lab.release_before_ready is on: targets are released UNWATCHED on purpose");
        }
        if (out.runOn) {
            LOG.warn("lab.run_on is on: stopped targets run on UNWATCHED on purpose");
        }
        in.refuseRest();
        return out;
    }
}
