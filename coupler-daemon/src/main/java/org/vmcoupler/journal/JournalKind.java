/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.journal;

import java.util.Optional;

/** The number of each kind of record in the file; 0 is reserved, so that zero bytes are never a record. Numbers never change their meaning. */
enum JournalKind {
    BEGIN(1, JournalRecord.Begin.class),
    DOMAIN(2, JournalRecord.Domain.class),
    HELPER(3, JournalRecord.Helper.class),
    KEEP(4, JournalRecord.Keep.class),
    YIELD(5, JournalRecord.Yield.class),
    TAKE(6, JournalRecord.Take.class),
    REFUSE(7, JournalRecord.Refuse.class),
    RUNNING(8, JournalRecord.Running.class),
    CLOSED(9, JournalRecord.Closed.class),
    PAIR(10, JournalRecord.Pair.class),
    UNPAIR(11, JournalRecord.Unpair.class),
    SETTLED(12, JournalRecord.Settled.class),
    STOPPING(13, JournalRecord.Stopping.class),
    HELD(14, JournalRecord.Held.class);

    private final int code;
    private final Class<? extends JournalRecord> type;

    JournalKind(int code, Class<? extends JournalRecord> type) {
        this.code = code;
        this.type = type;
    }

    int code() {
        return code;
    }

    Class<? extends JournalRecord> type() {
        return type;
    }

    static JournalKind of(JournalRecord entry) {
        for (JournalKind kind : values()) {
            if (kind.type == entry.getClass()) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no kind for " + entry.getClass());
    }

    static Optional<JournalKind> of(int code) {
        for (JournalKind kind : values()) {
            if (kind.code == code) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
