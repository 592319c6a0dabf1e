/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.time.Duration;
import org.vmcoupler.coupling.source.WaitLimits;

/** How long a source waits for each thing before YIELD. Those that no configuration names are generous: they end what would else never end. */
final class WaitTimes {

    /** Admission at the destination: it reads its host and writes BEGIN. */
    private static final Duration ANSWER = Duration.ofSeconds(60);

    /** Data connections, save helpers, and what these read before they first ask. */
    private static final Duration START = Duration.ofMinutes(2);

    /** A guard's answer has a deadline of its own; this is for a xenstore that hangs. */
    private static final Duration SLACK = Duration.ofSeconds(30);

    /** At least this for what is left of a stream; or as long as the whole pre-copy may take. */
    private static final Duration REST = Duration.ofMinutes(10);

    /** Below libxl's 60 s: see {@link WaitLimits#suspendMs}. */
    private static final Duration SUSPEND = Duration.ofSeconds(50);

    /** The end of both restores, the coupling and the look. */
    private static final Duration READY = Duration.ofMinutes(5);

    private WaitTimes() {}

    static WaitLimits of(SourceMigration.Setting setting) {
        Deadlines deadlines = setting.host().deadlines();
        Request request = setting.request();
        // Each side hashes one domain after the other, before it says that it has them.
        Duration hashes = setting.host()
                .lab()
                .memoryHashing()
                .filter(how -> request.verifyMemory())
                .map(how -> how.deadline().multipliedBy(2))
                .orElse(Duration.ZERO);
        long suspendMs = Math.min(SUSPEND.toMillis(), deadlines.suspend().toMillis());
        return new WaitLimits(
                ANSWER.toMillis(),
                START.toMillis(),
                deadlines.guard().plus(SLACK).toMillis(),
                Math.max(request.limits().timeoutMs(), REST.toMillis()) + hashes.toMillis(),
                suspendMs,
                deadlines.quiesce().plus(SLACK).toMillis(),
                READY.plus(deadlines.look()).plus(hashes).toMillis());
    }
}
