/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import java.util.List;
import java.util.UUID;
import org.vmcoupler.control.ControlMessage;
import org.vmcoupler.control.StreamDigest;
import org.vmcoupler.coupling.Member;

/** Records to test with. */
final class Samples {

    static final UUID ATTEMPT = new UUID(0x1111, 1);
    static final UUID PAIR = new UUID(0x2222, 2);
    static final UUID TARGET = new UUID(0x3333, 3);
    static final UUID GUARD = new UUID(0x4444, 4);
    static final PairFacts FACTS = new PairFacts("web", TARGET, 3, "web-guard", GUARD, 4);

    private Samples() {}

    static JournalRecord.Begin begin(Role role) {
        return new JournalRecord.Begin(ATTEMPT, role, "beta", "peer-journal", FACTS, "boot-1");
    }

    /** Both domains are complete, as the source of {@link #begin} sent them. */
    static JournalRecord.Held held() {
        StreamDigest digest = new StreamDigest(9, "0".repeat(32));
        return new JournalRecord.Held(
                new ControlMessage.Stopped(ATTEMPT, digest, digest, 77, 5, "ab", "0".repeat(64), 9), "their-boot");
    }

    static List<JournalRecord> source() {
        return List.of(
                new JournalRecord.Pair(PAIR, FACTS, "boot-1"),
                begin(Role.SOURCE),
                new JournalRecord.Domain(ATTEMPT, Member.TARGET, 7, TARGET, "boot-1"),
                new JournalRecord.Helper(ATTEMPT, 4242, 99, "boot-1"),
                new JournalRecord.Stopping(ATTEMPT),
                new JournalRecord.Yield(ATTEMPT, "both saves returned 0"));
    }
}
